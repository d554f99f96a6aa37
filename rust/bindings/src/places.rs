//! Whether a place holds an object, without a look at the object: it is not followed, and no one's count changes.
#![allow(unsafe_code)]

use std::ptr;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

/// Whether a list holds an object at an index.
#[allow(clippy::cast_possible_wrap)] // a length fits
pub fn is_item<T>(list: &Bound<'_, PyList>, index: usize, object: &Bound<'_, T>) -> bool {
    // SAFETY: the list is one and the thread is attached; the borrowed pointer is only compared.
    let item = unsafe { ffi::PyList_GetItem(list.as_ptr(), index as isize) };
    ptr::eq(item, object.as_ptr())
}

/// Where a dict has a key: dicts that were filled alike have it there too, and a try is cheaper than a search.
#[derive(Default)]
pub struct Slot(ffi::Py_ssize_t);

impl Slot {
    /// Whether a dict has the key here, and this object under it.
    pub fn holds<T>(
        &self,
        dict: &Bound<'_, PyDict>,
        key: &Bound<'_, PyString>,
        object: &Bound<'_, T>,
    ) -> bool {
        let (held, value, _) = self.entry(dict);
        ptr::eq(held, key.as_ptr()) && ptr::eq(value, object.as_ptr())
    }

    /// Goes to where a dict has the key; to its end where it does not.
    pub fn find(&mut self, dict: &Bound<'_, PyDict>, key: &Bound<'_, PyString>) {
        if ptr::eq(self.entry(dict).0, key.as_ptr()) {
            return;
        }
        self.0 = 0;
        loop {
            let (held, _, next) = self.entry(dict);
            if held.is_null() || ptr::eq(held, key.as_ptr()) {
                return;
            }
            self.0 = next;
        }
    }

    /// The key and the value here, null where the dict ends before, and what comes next.
    fn entry(
        &self,
        dict: &Bound<'_, PyDict>,
    ) -> (*mut ffi::PyObject, *mut ffi::PyObject, ffi::Py_ssize_t) {
        let (mut key, mut value, mut next) = (ptr::null_mut(), ptr::null_mut(), self.0);
        // SAFETY: the dict is one and the thread is attached; a place outside of it has no entry, and the borrowed
        // pointers are only compared.
        unsafe { ffi::PyDict_Next(dict.as_ptr(), &raw mut next, &raw mut key, &raw mut value) };
        (key, value, next)
    }
}

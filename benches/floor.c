/* What no writer of rates can beat: ready floats set from C. Three functions of Python's stable ABI. */

typedef struct _object PyObject;

extern long PyList_Size(PyObject *list);
extern PyObject *PyList_GetItem(PyObject *list, long index);
extern int PyDict_SetItem(PyObject *dict, PyObject *key, PyObject *value);

long write_all(PyObject *groups, PyObject *key, PyObject *rates) {
    long n = PyList_Size(groups);
    for (long i = 0; i < n; i++)
        if (PyDict_SetItem(PyList_GetItem(groups, i), key, PyList_GetItem(rates, i)))
            return -1;
    return n;
}

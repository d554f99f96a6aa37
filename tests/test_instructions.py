"""What `make instructions` lets pass."""

from __future__ import annotations

import json

import pytest
from instructions import KEPT, KERNELS, compare

KEPT_NOW = {"rustc": "1.95.0", "target": "x86_64-unknown-linux-gnu"}


def grown(before, count, **other):
    kept = {**KEPT_NOW, "instructions": {"table": before}}
    return compare(kept, {**KEPT_NOW, **other, "instructions": {"table": count}})


@pytest.mark.parametrize(
    ("count", "passes"), [(1000, True), (1020, True), (1021, False), (900, True), (2000, False)]
)
def test_two_percent_more_pass(count, passes):
    assert (grown(1000, count) == []) is passes


@pytest.mark.parametrize(("count", "passes"), [(1100, True), (1101, False)])
def test_another_compiler_may_cost_ten_percent_and_is_named(count, passes, capsys):
    assert (grown(1000, count, rustc="1.96.0") == []) is passes
    assert "rustc is 1.96.0, the kept counts are from 1.95.0" in capsys.readouterr().out


def test_another_target_is_printed_only(capsys):
    assert grown(1000, 5000, target="aarch64-apple-darwin") == []
    assert "printed, not compared" in capsys.readouterr().out


def test_a_kernel_that_is_not_kept_fails():
    kept = {**KEPT_NOW, "instructions": {}}
    assert compare(kept, {**KEPT_NOW, "instructions": {"table": 1}}) == ["table"]


def test_a_saving_is_said(capsys):
    assert grown(1000, 970) == []
    assert "make instructions-update" in capsys.readouterr().out


def test_the_kept_counts_are_of_the_kernels_that_are_counted():
    kept = json.loads(KEPT.read_text("utf-8"))
    assert list(kept["instructions"]) == list(KERNELS)
    assert all(count > 0 for count in kept["instructions"].values())

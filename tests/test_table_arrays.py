"""Tables as arrays and tensors: rounded once, in one copy, refused where they cannot fit."""

from __future__ import annotations

import math
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest

import ratesheet as rs
from ratesheet import memory

COSINE = rs.warmup_cosine(warmup=3, steps=12, end=0.1)


@pytest.fixture
def table() -> rs.Table:
    return rs.Table([COSINE, rs.step(0.5, every=4)], 20, [1.0, 1 / 3])


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g"])
def test_arrays_are_rounded_once(table: rs.Table, dtype: str) -> None:
    got = table.numpy(dtype=dtype)
    assert got.dtype == np.dtype(dtype)
    assert np.array_equal(got, table.numpy().astype(dtype))


def test_a_tensor_has_the_same_bits(table: rs.Table) -> None:
    torch = pytest.importorskip("torch")
    got = table.torch()
    assert got.dtype == torch.float64
    assert got.device.type == "cpu"
    assert got.is_contiguous()
    assert got.numpy().tobytes() == table.numpy().tobytes()
    single = table.torch(device="cpu", dtype=torch.float32)
    assert single.numpy().tobytes() == table.numpy(dtype=np.float32).tobytes()


def nearest(value: float, digits: int, lowest: int) -> float:
    """The nearest number of so many binary digits and multiple of 2^lowest, the even one of two."""
    quantum = Fraction(2) ** max(math.frexp(value)[1] - digits, lowest)
    return float(round(Fraction(value) / quantum) * quantum)


@pytest.mark.parametrize(
    ("name", "digits", "lowest"),
    [
        ("bfloat16", 8, -133),
        ("float16", 11, -24),
        ("float8_e4m3fn", 4, -9),
        ("float8_e5m2", 3, -16),
    ],
)
def test_a_narrow_tensor_is_rounded_once(name: str, digits: int, lowest: int) -> None:
    torch = pytest.importorskip("torch")
    dtype = getattr(torch, name)
    tie = 1.0 + 2.0**-digits + 2.0**-40
    middles = 1.0 + np.arange(1, 2 ** (digits + 1), 2) * 2.0**-digits
    near = [np.nextafter(middles, side) * 2.0**k for side in (0.0, 4.0) for k in (-12, -3, 0, 5)]
    spread = 2.0 ** np.random.default_rng(5).uniform(-30.0, 8.0, 20_000)
    values = np.concatenate([[tie, 0.0], *near, spread])
    got = rs.constant().table(1, values).torch(dtype=dtype)
    assert got.dtype == dtype
    expected = [nearest(value, digits, lowest) for value in values.tolist()]
    assert got[0].to(torch.float64).tolist() == expected
    twice = torch.tensor(tie, dtype=torch.float64).to(torch.float32).to(dtype)
    assert (twice.item(), expected[0]) == (1.0, 1.0 + 2.0 ** (1 - digits))


def test_negative_rates_and_rates_beyond_float32_round_alike() -> None:
    torch = pytest.importorskip("torch")
    table = rs.Table(rs.linear(-1.0, 1.0, steps=400), 401, [1.0, 1e39, 1e-39])
    exact = table.numpy()
    got = table.torch(dtype=torch.bfloat16).to(torch.float64).numpy()
    expected = [[nearest(abs(x), 8, -133) * np.sign(x) for x in row] for row in exact.tolist()]
    most = float(torch.finfo(torch.bfloat16).max)
    expected = np.where(np.abs(expected) > most, np.copysign(np.inf, exact), expected)
    assert np.array_equal(got, expected)


@pytest.mark.parametrize("shape", [(0, 4), (5, 0), (0, 0)], ids=str)
@pytest.mark.parametrize("name", ["float64", "bfloat16"])
def test_empty_tensors(shape: tuple[int, int], name: str) -> None:
    torch = pytest.importorskip("torch")
    table = rs.Table(COSINE, shape[0], np.ones(shape[1]))
    assert tuple(table.torch(dtype=getattr(torch, name)).shape) == shape


@pytest.mark.parametrize("name", ["int64", "bool", "complex64", None])
def test_a_tensor_of_another_kind_is_refused(table: rs.Table, name: str | None) -> None:
    torch = pytest.importorskip("torch")
    with pytest.raises(TypeError, match="dtype must be a floating one of torch, got"):
        table.torch(dtype="float32" if name is None else getattr(torch, name))


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_tensor_on_a_device(table: rs.Table, device: str) -> None:
    torch = pytest.importorskip("torch")
    if not getattr(torch, device).is_available():
        pytest.skip(f"this machine has no {device}")
    for dtype in (torch.float32, torch.bfloat16):
        got = table.torch(device=device, dtype=dtype)
        assert got.device.type == device
        assert torch.equal(got.cpu(), table.torch(dtype=dtype))


def test_narrow_arrays_and_tensors_have_no_wide_copy() -> None:
    torch = pytest.importorskip("torch")
    table = COSINE.table(10**6, [1.0] * 20)  # 160 MB of float64
    table[:1]
    for make in (
        lambda: table.numpy(dtype=np.float16),  # 40 MB
        lambda: table.torch(dtype=torch.bfloat16),  # outside of what Python traces
        table.torch,
    ):
        tracemalloc.start()
        made = make()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert tuple(made.shape) == table.shape
        assert peak < 72 * 10**6


HUGE = (
    "1000000 steps x 1000000 groups of {} take {} bytes \\({} TB\\), more than the .* this machine"
)


def test_a_table_that_cannot_fit_says_its_size() -> None:
    table = COSINE.table(10**6, np.ones(10**6))
    with pytest.raises(MemoryError, match=HUGE.format("float64", 8 * 10**12, 8)):
        table.numpy()
    with pytest.raises(MemoryError, match=HUGE.format("float16", 2 * 10**12, 2)):
        table.numpy(dtype=np.float16)
    with pytest.raises(MemoryError, match=HUGE.format("float64", 8 * 10**12, 8)):
        np.asarray(table)
    with pytest.raises(MemoryError, match=r"read a table in parts, table\[first:last\]"):
        table[:]
    with pytest.raises(MemoryError, match="1000000 steps x 999999 groups"):
        table[:, 1:]
    with pytest.raises(
        MemoryError, match=r"9223372036854775807 steps .* 73786976294838206456 bytes"
    ):
        COSINE.values(range(2**63 - 1))
    assert table[123_456, 777_777] == COSINE(123_456)


def test_a_tensor_that_cannot_fit_says_its_size() -> None:
    torch = pytest.importorskip("torch")
    table = COSINE.table(10**6, np.ones(10**6))
    with pytest.raises(MemoryError, match=HUGE.format("torch.bfloat16", 2 * 10**12, 2)):
        table.torch(dtype=torch.bfloat16)
    with pytest.raises(MemoryError, match=HUGE.format("torch.float64", 8 * 10**12, 8)):
        table.torch(device="cpu")


def test_what_the_system_refuses_is_told_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_physical", lambda: None)
    with pytest.raises(MemoryError, match=r"of float64 take 8000000000000000 bytes \(8 PB\); read"):
        COSINE.table(10**9, np.ones(10**6)).numpy()

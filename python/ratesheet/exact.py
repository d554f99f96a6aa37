"""Constants of schedules to the last bit, the same on every machine, whatever its C library."""

from __future__ import annotations

from decimal import Context, Decimal

__all__ = ["divide", "exp", "power"]

_DIGITS = Context(prec=50)


def exp(x: float | Decimal) -> Decimal:
    """Return e^x to 50 digits."""
    return _DIGITS.exp(Decimal(x))


def power(x: float | Decimal, y: float | Decimal) -> Decimal:
    """Return x^y to 50 digits, for x above 0."""
    return _DIGITS.power(Decimal(x), Decimal(y))


def divide(x: float | Decimal, y: float | Decimal) -> Decimal:
    """Return x/y to 50 digits."""
    return _DIGITS.divide(Decimal(x), Decimal(y))

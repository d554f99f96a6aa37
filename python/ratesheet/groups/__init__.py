"""Param groups for an optimizer, made from a model."""

from __future__ import annotations

from ratesheet.groups.layerwise import layerwise

__all__ = ["layerwise"]

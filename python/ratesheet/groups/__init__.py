"""Param groups for an optimizer, made from a model, and made fewer."""

from __future__ import annotations

from ratesheet.groups.coalesce import coalesce
from ratesheet.groups.coalesced import Coalesced, Difference
from ratesheet.groups.layerwise import layerwise

__all__ = ["Coalesced", "Difference", "coalesce", "layerwise"]

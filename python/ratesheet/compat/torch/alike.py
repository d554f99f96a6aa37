"""Recursive schedulers whose groups all share one map: a step that nobody came between is short."""

from __future__ import annotations

from abc import abstractmethod
from math import inf
from operator import is_
from typing import TYPE_CHECKING, Any

from ratesheet.compat.torch.held import put_back, rate_of
from ratesheet.compat.torch.recursive import Recursive

if TYPE_CHECKING:
    from ratesheet.compat.torch.live import Map, Terms

__all__ = ["Alike"]

_MAX_STEP = 2**63


class Alike(Recursive):
    """A recursive scheduler with one map for all groups."""

    @abstractmethod
    def _terms(self) -> Terms:
        """Return what the map is made of: the same object while the arguments are the same."""

    def _maps(self, step: float, n: int) -> list[Map]:
        return [self._terms().at(step)] * n

    def _check(self) -> None:
        self._terms()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # One that says itself what the rates are is asked at every step.
        cls._glides = cls.get_lr is Alike.get_lr and cls._update_lr is Alike._update_lr

    def _glide(self, epoch: Any) -> bool:
        """Do what a step does, where every group holds the very float that was written last."""
        live, groups = self._known, self.optimizer.param_groups
        held, marks = list(map(rate_of, groups)), live.marks
        if (
            "get_lr" in self.__dict__
            or type(epoch) is not int
            or not 0 < epoch < _MAX_STEP
            or len(held) != len(marks)
            or not all(map(is_, held, marks))
        ):
            return False
        terms = self._terms()
        row = live.row if live.terms is terms and live.planned is live.bases else live.plan(terms)
        # At the lowest rate the base LR cannot be told from what a group holds.
        if row is None or terms.low in held:
            return False
        rates = row(epoch)
        if not -inf < sum(rates) < inf:
            return False
        try:
            for index, rate in enumerate(rates):
                groups[index]["lr"] = rate
        except BaseException:
            put_back(groups, held)
            raise
        live.marks, self._last_lr = rates, rates[:]
        live.epoch = self.last_epoch = epoch
        return True

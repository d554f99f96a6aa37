"""Schedulers that torch computes from the rate before: here by closed form, where it applies."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from ratesheet.compat.torch.base import LRScheduler
from ratesheet.compat.torch.held import check_tensors, numbers, plain, untouched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ratesheet.compat.torch.live import Map

__all__ = ["Factors", "Recursive"]

# A rate in a float32 tensor, or one that torch walked to, still counts as the closed form's.
_NEAR = 1e-6


class Recursive(LRScheduler):
    """A scheduler whose rate at step t is an affine map of the base LR, rate + ratio * base.

    While a group holds what was written, the map of the present step is written, from the base LR:
    nothing drifts. Where someone else changed the rate, a second scheduler say, the change is
    carried on as torch's recursion does: with m_t the map, the new rate is m_t(m_{t-1}^-1(held)).
    """

    def _position(self) -> int:
        return self.last_epoch

    @abstractmethod
    def _maps(self, step: float, n: int) -> list[Map]:
        """Return the maps of a step, as (rate, ratio), one per group."""

    def _lost(self, index: int, held: float, before: Map, now: Map) -> float:
        """Return the new rate where the map before had made all base LRs one rate."""
        base = self._base(index)
        return held + ((now[0] + now[1] * base) - (before[0] + before[1] * base))

    def _base(self, index: int) -> float:
        bases = self.base_lrs
        held = bases[index] if index < len(bases) else self.optimizer.param_groups[index]["lr"]
        return float(held)

    def get_lr(self) -> list[Any]:
        """Return the rates of the present epoch, one float per group.

        Asking does not change them. Outside of `step()` it warns, as torch's does, that
        `get_last_lr()` is meant.
        """
        if not self._get_lr_called_within_step:
            self._warn_outside()
        groups, live = self.optimizer.param_groups, self._live
        position, n = self._position(), len(groups)
        now = self._maps(position, n)
        if not self._get_lr_called_within_step:
            pairs = zip(now, live.bases, strict=False)
            return [rate + ratio * base for (rate, ratio), base in pairs]
        rates = [group["lr"] for group in groups]
        if (
            not self._is_initial
            and plain(rates)
            and rates == live.marks
            and _goes_on(live.maps, now)
        ):
            same = now == live.maps
            pairs = zip(now, live.bases, strict=True)
            live.maps = now
            return rates if same else [rate + ratio * base for (rate, ratio), base in pairs]
        check_tensors(groups)
        before: list[Map] | None = None
        values, bases = [], []
        known = 0 if self._is_initial else len(live.bases)
        for index, held in enumerate(rates):
            if index < known and untouched(held, live.marks[index]):
                value, base = self._closed(index, held, now[index])
            else:
                before = before or self._maps(max(position - 1, 0), n)
                other = self._begun if self._is_initial else self._carried
                value, base = other(index, float(held), before[index], now[index])
            values.append(value)
            bases.append(base)
        live.bases, live.maps = bases, now
        return values

    def _join(self, epoch: int) -> None:
        self._step_count = epoch + 1
        self.last_epoch = epoch
        groups = self.optimizer.param_groups
        now, live = self._maps(self._position(), len(groups)), self._live
        live.maps, live.bases = now, numbers([group["lr"] for group in groups])
        pairs = zip(now, live.bases, strict=True)
        self._write([rate + ratio * base for (rate, ratio), base in pairs])

    def _closed(self, index: int, held: Any, now: Map) -> tuple[float, float]:
        before, base = self._live.maps[index], self._live.bases[index]
        if now == before and type(held) is float:
            return held, base
        if before[1] == 0.0 and now != before:
            base = self._base(index)
        return now[0] + now[1] * base, base

    def _begun(self, index: int, held: float, before: Map, now: Map) -> tuple[float, float]:
        """Return rate and base LR at construction."""
        if self._position() <= 0:
            return now[0] + now[1] * held, held
        base = self._base(index)
        # Going on at a later epoch: from an optimizer that never trained, or from its rate at this
        # epoch or the one before, the rate is the closed form's; any other is someone else's.
        rates = [base, before[0] + before[1] * base, now[0] + now[1] * base]
        if any(math.isclose(held, rate, rel_tol=_NEAR) for rate in rates):
            return rates[-1], base
        return held, self._inverse(index, held, now)

    def _carried(self, index: int, held: float, before: Map, now: Map) -> tuple[float, float]:
        base = self._inverse(index, held, before)
        if now == before and before[1] != 0.0:
            return held, base
        if before[1] == 0.0:
            value = self._lost(index, held, before, now)
            return value, self._inverse(index, value, now)
        return now[0] + now[1] * base, base

    def _inverse(self, index: int, held: float, of: Map) -> float:
        """Return the base LR of which a map makes a rate; the group's own where all give it."""
        base = self._base(index)
        if of[1] == 0.0 or math.isclose(held, of[0] + of[1] * base, rel_tol=1e-15):
            return base
        return (held - of[0]) / of[1]

    def _get_closed_form_lr(self) -> list[Any]:
        """Return the rates of the present epoch from the base LRs alone, one float per group."""
        groups, live = self.optimizer.param_groups, self._live
        now, bases = self._maps(self._position(), len(groups)), self._adopt(len(groups))
        if self._get_lr_called_within_step:
            live.bases, live.maps = list(bases), now
        return [rate + ratio * base for (rate, ratio), base in zip(now, bases, strict=True)]

    def _update_lr(self, epoch: Any = None) -> None:
        live = self._live
        before = live.bases, live.maps
        try:
            super()._update_lr(epoch)
        except BaseException:
            live.bases, live.maps = before
            raise

    # State: torch's keys, and one more where rates were changed from outside.

    def state_dict(self) -> dict[str, Any]:
        """Return torch's keys; "_carried_bases" too where rates were changed from outside."""
        state, bases = super().state_dict(), self._live.bases
        state.pop("_carried_bases", None)
        if bases and bases != numbers(self.base_lrs, "base_lrs"):
            state["_carried_bases"] = list(bases)
        return state

    def _take(self, state: Mapping[str, Any]) -> None:
        kept = dict(state)
        carried = kept.pop("_carried_bases", None)
        super()._take(kept)
        live, n = self._live, len(self._last_lr)
        live.maps = self._maps(max(self._position(), 0), n)
        if carried is not None:
            live.bases = numbers(carried, "state_dict['_carried_bases']")
        else:
            known = enumerate(zip(self._last_lr, live.maps, strict=True))
            live.bases = [self._base_of(index, float(rate), of) for index, (rate, of) in known]

    def _base_of(self, index: int, rate: float, of: Map) -> float:
        base = self._base(index)
        near = math.isclose(rate, of[0] + of[1] * base, rel_tol=_NEAR)
        return base if near else self._inverse(index, rate, of)


def _goes_on(before: list[Map], now: list[Map]) -> bool:
    """Whether each group has a map from before, of which its base LR can be told, or the same."""
    return len(before) == len(now) and (before == now or all(ratio for _, ratio in before))


class Factors(Recursive):
    """A scheduler that multiplies the rate by a factor at each step."""

    @abstractmethod
    def _factor(self, index: int) -> float:
        """Return the factor of the present step."""

    def _lost(self, index: int, held: float, before: Map, now: Map) -> float:  # noqa: ARG002
        return held * self._factor(index)

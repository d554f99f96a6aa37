"""Scheduler: drives optimizers with schedules."""

from __future__ import annotations

import math
import warnings
from functools import partial
from operator import is_
from typing import TYPE_CHECKING, Any

from ratesheet import state as _state
from ratesheet._rust import Writer, read_groups
from ratesheet.accelerate_notice import NoTotalSteps
from ratesheet.arguments import non_negative, whole
from ratesheet.assignment import Source, schedules_for
from ratesheet.bank import Bank, bank_dtype
from ratesheet.base import BaseLRScheduler
from ratesheet.binding import Binding, Optimizers, rebound
from ratesheet.columns import columns_of
from ratesheet.driven import note
from ratesheet.ending import past_end
from ratesheet.errors import RatesheetWarning, ScheduleError
from ratesheet.foreign import foreign
from ratesheet.keys import keyed_by, written
from ratesheet.left_at import left_at, left_out
from ratesheet.metrics import spread
from ratesheet.observation import Observed, observed
from ratesheet.pace import Pace, pace_of
from ratesheet.plan import check_step
from ratesheet.plateau import Plateau
from ratesheet.rates import all_or_nothing, as_metric, groups_of, read_rates, write_rates
from ratesheet.torch_bridge import join_torch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ratesheet.table import Table

__all__ = ["Scheduler"]

_KEPT = ("schedules", "base_lrs", "plateau", "factors", "others", "scale_key")


class Scheduler(BaseLRScheduler):
    """Writes the rates of schedules into the param groups of an optimizer.

        group["lr"] = schedule(position, base_lr=the group's base LR)

    The position counts updates: 0 at construction, plus one for each `step()`. Rates are computed
    anew from it each time, so that any order of loading checkpoints, jumping and stepping ends at
    the same rates. With torch, a Scheduler is a `torch.optim.lr_scheduler.LRScheduler` too.

    Args:
        optimizer: anything with `param_groups`, a list of dicts; or a list of such.
        lr: a schedule for all groups, a list with one per group, a dict by the groups' "name", or a
            function that is called once per group and returns its schedule.
        base_lrs: the groups' base LRs; what the groups hold under "lr" now, when None. Given, they
            also win over a checkpoint's.
        start_step: the position to start at.
        plateau: what a metric does to the rates; report it with `observe`.
        tensor_lr: whether all rates live in one float32 tensor, of which each group holds its
            element as a 0-dim view: one copy a step, and no recompilation of a compiled optimizer
            step. `torch.float64` for a tensor of that dtype.
        on_mismatch: what `load_state_dict` does when a checkpoint has other schedules: "keep" these
            with a warning, "restore" the checkpoint's, or "error".
        weight_decay: what the groups' weight decay follows, in the same forms as `lr`; its numbers
            are multiples of what each group holds there at construction. None leaves it alone.
        momentum: the same for the momentum.
        beta1: the same for the first of a group's "betas"; the other ones stay.
        scale_key: the key under which a group may hold a factor of its rate, such as "lr_scale";
            read whenever groups are. None for no factors.
        **keys: the same for any other key of the groups, and for beta2 and beta3.

    Groups are tied to their schedule and base LR by their "name" where all have distinct ones, else
    by their place; names are read again when the list of groups or its length changes. A group that
    is added later follows from the rate it is added with.

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when schedules, base LRs and groups do not fit, or a group has no such key.
            Nothing is written then.

    Warns:
        RatesheetWarning: once, when `step` goes on past the end: more than one step past the length
            of every group's schedule, where one of them fell to its last value. One that rises or
            is level there, like a warmup, is meant to hold. Once, when it is stepped several times
            for each step of the optimizer. When it starts anew although the optimizer loaded the
            state of a later step of the same schedule.

    Example:
        >>> import ratesheet as rs
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}, {"lr": 0.1}])
        >>> scheduler = rs.Scheduler(optimizer, rs.linear(0.0, 1.0, steps=4))
        >>> optimizer.param_groups
        [{'lr': 0.0}, {'lr': 0.0}]
        >>> scheduler.step()
        >>> scheduler.get_last_lr()
        [0.25, 0.025]
        >>> scheduler.seek(10**15)
        >>> scheduler.get_last_lr()
        [1.0, 0.1]
    """

    _step_count: int
    total_steps = NoTotalSteps()

    def __init__(
        self,
        optimizer: Any,
        lr: Source,
        *,
        base_lrs: Iterable[float] | None = None,
        start_step: int = 0,
        plateau: Plateau | None = None,
        tensor_lr: Any = False,
        on_mismatch: str = "keep",
        weight_decay: Source | None = None,
        momentum: Source | None = None,
        beta1: Source | None = None,
        scale_key: str | None = None,
        **keys: Source,
    ) -> None:
        join_torch(Scheduler)
        several = isinstance(optimizer, (list, tuple))
        if several and not optimizer:
            raise ScheduleError("optimizer must not be an empty list")
        self._optimizers = list(optimizer) if several else [optimizer]
        one = len(self._optimizers) == 1
        self.optimizer = self._optimizers[0] if one else Optimizers(self._optimizers)
        self.on_mismatch = _state.checked_mismatch(on_mismatch)
        self._position = check_step(start_step, "start_step")
        self._source = lr
        self._bank: Bank | None = None
        self._explicit_bases = base_lrs is not None
        groups, sizes = self._read_groups()
        names, plain, captured = read_groups(groups, "lr", "capturable")
        bases = plain or read_rates(groups) if base_lrs is None else list(base_lrs)
        if len(bases) != len(groups):
            raise ScheduleError(f"base_lrs has {len(bases)} entries for {len(groups)} groups")
        if plateau is not None and not isinstance(plateau, Plateau):
            raise TypeError(f"plateau must be a Plateau, got {plateau!r}")
        if scale_key is not None and not isinstance(scale_key, str):
            raise TypeError(f"scale_key must be a string, got {scale_key!r}")
        named = {"weight_decay": weight_decay, "momentum": momentum, "beta1": beta1}
        sources = {name: source for name, source in named.items() if source is not None} | keys
        self._observed = Observed()
        self._bank_dtype = bank_dtype(tensor_lr)
        self._noticed = True
        self._ended = False
        self._pace: Pace | None = None
        self._left_at: int | None = None
        self._bind(
            groups,
            Binding.of(
                groups,
                sizes,
                schedules_for(lr, groups),
                bases,
                plateau=plateau,
                others=keyed_by(sources, groups),
                scale_key=scale_key,
                read=(names, plain),
            ),
        )
        if not self._glide(self._position):
            self._move(self._position)
        self._noticed = False
        self._step_count = self._position + 1
        note(self)
        # With tensor rates, steps may be those of a captured graph, of which no hook hears.
        if not (captured or self._binding.tensors) and self._bank_dtype is None:
            self._pace = pace_of(self)

    # Groups

    def _read_groups(self) -> tuple[list[dict[str, Any]], list[int]]:
        parts = [groups_of(optimizer) for optimizer in self._optimizers]
        if len(parts) == 1:
            return parts[0], [len(parts[0])]
        return [group for part in parts for group in part], [len(part) for part in parts]

    def _bind(self, groups: list[dict[str, Any]], binding: Binding) -> None:
        lists = [optimizer.param_groups for optimizer in self._optimizers]
        self._binding = binding
        self._seen, self._groups = lists, groups
        columns = columns_of(binding, groups, banked=self._bank_dtype is not None)
        plain = columns is not None and all(type(each) is list for each in lists)
        self._writer = Writer(lists if plain else [], columns or [])
        self._listen()

    def _go_on_with(self, groups: list[dict[str, Any]], binding: Binding) -> None:
        """Follow groups that hold the rates of what was written last."""
        self._bank = None
        self._bind(groups, binding)
        self._writer.take(self._written)
        if self._bank_dtype is not None:
            self._bank = self._fill_bank(groups, binding, self._written)

    def _fill_bank(self, groups: list[dict[str, Any]], binding: Binding, position: int) -> Bank:
        """Write a position's rates into the bank, and give every group its view."""
        bank = self._bank
        if bank is None or len(bank.views) != len(groups):
            bank = Bank(groups, self._bank_dtype)
        bank.write(binding.plan, position)
        bank.bind(groups)
        return bank

    def _bound(self) -> tuple[list[dict[str, Any]], Binding]:
        """Return the groups as they are, and their binding; the present one where they are it."""
        groups, sizes = self._read_groups()
        if len(groups) == len(self._groups) and all(map(is_, groups, self._groups)):
            return groups, self._binding
        return groups, rebound(self._binding, self._source, groups, sizes)

    def _write_banked(self, bank: Bank, position: int) -> bool:
        """Write a position's values where the rates are a bank's; see `_rust.Writer.write`."""
        if not self._is_banked(bank, position):
            return False
        others = self._binding.others
        if others and not self._writer.write(self._optimizers, position, not self._noticed):
            return False
        bank.write(self._binding.plan, position)
        return True

    def _is_banked(self, bank: Bank, position: int) -> bool:
        """Whether the lists of groups are what they were, and a group of each holds its view."""
        first = 0
        for optimizer, groups in zip(self._optimizers, self._seen, strict=True):
            if optimizer.param_groups is not groups or not bank.holds(groups, first, position):
                return False
            first += len(groups)
        return first == len(bank.views)

    def _glide(self, position: int) -> bool:
        """Write a position's rates in one call and take it, where the groups are what they were."""
        done = self._bank_dtype is None and self._writer.write(
            self._optimizers, position, not self._noticed
        )
        if done:
            self._position = self._written = position
        return done

    def _move(self, position: int, binding: Binding | None = None) -> None:
        """Write a position's rates into groups that are looked at one by one, and take it then.

        Before its turn, at -1, it writes none: the groups hold those of the one whose turn it is.
        """
        groups, bound = self._bound()
        if bound is self._binding and not self._noticed:
            self._notice(groups, position)
        binding = bound if binding is None else binding
        if position < 0:
            self._bind(groups, binding)
            self._writer.take(self._written)
            self._position = position
            return
        with all_or_nothing(groups), written(binding.others, groups, position):
            if self._bank_dtype is None:
                write_rates(groups, binding.plan.row(position))
            else:
                self._bank = self._fill_bank(groups, binding, position)
        self._bind(groups, binding)
        self._writer.take(position)
        self._position = self._written = position

    def _notice(self, groups: list[dict[str, Any]], position: int) -> None:
        """Say once that someone else wrote into a group."""
        words = foreign(groups, self.get_last_lr(), self._writer, position)
        if words is not None:
            self._noticed = True
            warnings.warn(words, RatesheetWarning, stacklevel=4)

    def _listen(self) -> None:
        """Find out from which position on a step has something to say, or is more than a write."""
        counting = self._pace is not None and self._pace.begun
        end = math.inf if self._ended else self._binding.last_step
        self._silent_until = -1 if counting or self._left_at is not None else end
        self._plain_until = self._silent_until if self._bank_dtype is None else -1

    def _keep_silent(self) -> None:
        """Take it for what is meant, however often and however far this one is stepped."""
        self._noticed = self._ended = True
        if self._pace is not None:
            self._pace.leave()
            self._pace = None
        self._listen()

    def _say(self, position: int) -> None:
        """Say, once each, what there is to say when a step goes on to a position."""
        by, left_at, pace = position - self._position, self._left_at, self._pace
        said: list[str | None] = []
        if left_at is not None:
            self._left_at = None
            said.append(left_out(left_at))
        if pace is not None and pace.begun and pace.is_known(by):
            self._pace = None
            if not self.__dict__.get("_told_of_processes"):
                said.append(pace.words(self._binding.schedules))
        if position > self._binding.last_step and not self._ended:
            self._ended = True
            said.append(past_end(self._binding.schedules, position))
        self._listen()
        for words in filter(None, said):
            warnings.warn(words, RatesheetWarning, stacklevel=3)

    # Positions

    def step(self, *positional: Any, by: int = 1) -> None:
        """Go `by` updates on and write their rates.

        Args:
            *positional: none; torch's old `step(epoch)` is `seek(epoch)` here.
            by: how many updates, at least 0.

        Raises:
            TypeError: on a positional argument.
            ScheduleError: when the groups do not fit. Rates and position stay as they were.
        """
        if positional:
            raise TypeError(
                f"step() takes no positional argument, got {positional[0]!r}: use seek(step) to"
                " jump to a step, step(by=n) to advance several"
            )
        position = self._writer.advance(
            self._optimizers, self._position, by, self._plain_until, not self._noticed
        )
        if position is None:
            position = check_step(self._position + whole("by", by))
            if position > self._silent_until:
                self._say(position)
            bank = self._bank
            done = self._glide(position) if bank is None else self._write_banked(bank, position)
            if not done:
                self._move(position)
        self._position = self._written = position
        self._step_count += 1

    def seek(self, step: int) -> None:
        """Jump to a step, an integer of at least 0, and write its rates."""
        position = check_step(step)
        if not self._glide(position):
            self._move(position)
        self._left_at = None

    def set(self) -> None:
        """Write the rates of the present position again; before its turn, at -1, none."""
        position = self._position
        if position < 0 or not self._glide(position):
            self._move(position)

    @property
    def last_epoch(self) -> int:
        """The position: updates done so far. Assigning moves it; the next write follows.

        torch's SequentialLR makes it -1 until it is this one's turn, which begins at 0. Until then
        it writes nothing, and its rates are those that the groups hold.
        """
        return self._position

    @last_epoch.setter
    def last_epoch(self, step: int) -> None:
        self._position = whole("last_epoch", step, -1)
        # A parent that takes turns lets others write rates in between: that is no surprise.
        self._noticed = self._noticed or self._position < 0

    def _update_lr(self, epoch: int | None = None) -> None:
        """Do what torch's SequentialLR asks of a child at its milestone."""
        self._move(check_step(self._position + 1 if epoch is None else epoch, "epoch"))

    def observe(self, metric: float) -> bool:
        """Report a metric to the plateau, and write the rates at once where it changes them.

        Args:
            metric: the newest value, a number or a tensor of one element.

        Returns:
            Whether rates changed. Before the plateau's `start` nothing is taken in.

        Raises:
            TypeError: when the metric is not a number.
            ScheduleError: when there is no plateau, or on a NaN that is an error.
        """
        _, binding = self._bound()
        if binding.plateau is None:
            raise ScheduleError("observe() needs a scheduler that was built with plateau=")
        value = as_metric(metric)
        if self._position < binding.plateau.start:
            return False
        standing = partial(binding.standing, self._position)
        state, factors = observed(binding.plateau, self._observed, value, standing)
        if factors is None or factors == binding.factors:
            self._observed = state
            return False
        self._move(self._position, binding.following(binding.schedules, binding.base_lrs, factors))
        self._observed = state
        return True

    # Rates

    def get_lr(self) -> list[float]:
        """Return the rates of the present position, one float per group."""
        return self.get_last_lr() if self._position < 0 else self.lr_at(self._position)

    def get_last_lr(self) -> list[float]:
        """Return a copy of the rates that were written last, one float per group."""
        if self._position < 0:
            return read_rates(self._read_groups()[0])
        return self._binding.plan.row(self._written)

    def lr_at(self, step: int) -> list[float]:
        """Return the rates of any step, one float per group; writes nothing."""
        return self._binding.plan.row(check_step(step))

    def table(self, steps: Any, *, key: str = "lr") -> Table:
        """Return the lazy `Table` of the groups' rates, or of another key's values, at many steps.

        Raises:
            ScheduleError: when the key follows no schedule here.
        """
        from ratesheet.table import Table

        binding = self._binding
        names = None if None in binding.names else [str(name) for name in binding.names]
        if key != "lr":
            other = binding.other(key)
            return Table(other.schedules, steps, other.bases, names=names)
        return Table(binding.effective(), steps, binding.base_lrs, names=names)

    def metrics(self) -> dict[str, float]:
        """Return what a logger wants to know, few numbers however many groups there are.

        Returns:
            "step", the position that was written last; "lr/least" and "lr/greatest" of all groups;
            where there are from two to eight distinct schedules, the same for each as
            "lr/NAME/least", by the name or else the number of its first group. Other keys that
            follow schedules are told alike, as "weight_decay/least".
        """
        binding, step = self._binding, self._written
        result: dict[str, float] = {"step": step}
        result.update(spread("lr", binding.schedules, self.get_last_lr(), binding.names))
        for other in binding.others:
            values = other.plan.row(step)
            result.update(spread(other.name, other.schedules, values, binding.names))
        return result

    def plot(self, steps: Any, **kwargs: Any) -> Any:
        """Draw the groups' rates at many steps, as `Table.plot` does; returns its axes."""
        return self.table(steps).plot(**kwargs)

    @property
    def base_lrs(self) -> list[float]:
        """The groups' base LRs, a copy. Assigning checks them and writes the new rates at once."""
        return list(self._binding.base_lrs)

    @base_lrs.setter
    def base_lrs(self, values: Iterable[float]) -> None:
        values = list(values)
        _, binding = self._bound()
        if len(values) != len(binding.base_lrs):
            raise ScheduleError(
                f"base_lrs has {len(values)} entries for {len(binding.base_lrs)} groups"
            )
        self._move(self._position, binding.based_on(values))

    def rescale(self, factor: float, group: int | str | None = None, *, key: str = "lr") -> None:
        """Multiply base LRs, or another key's bases, by a factor and write the new values at once.

        Args:
            factor: at least 0.
            group: a group's name or index; all groups when None.
            key: what to rescale, such as "weight_decay".

        Raises:
            TypeError: when an argument has the wrong type.
            ScheduleError: when there is no such group, or the key follows no schedule here.
        """
        factor = non_negative("factor", factor)
        _, binding = self._bound()
        names: list[Any] = binding.names
        if group is not None and not isinstance(group, str):
            group = whole("group, where it is no name,", group)
        among = names if isinstance(group, str) else range(len(names))
        if group is not None and group not in among:
            raise ScheduleError(f"group must be the name or index of a group, got {group!r}")
        before = binding.base_lrs if key == "lr" else binding.other(key).bases
        bases = [
            base * factor if group is None or group in (i, name) else base
            for i, (base, name) in enumerate(zip(before, names, strict=True))
        ]
        self._move(
            self._position,
            binding.based_on(bases) if key == "lr" else binding.rebased(key, bases),
        )

    # State

    def _follow_load(self) -> None:
        """Write the rates again after the optimizer loaded a state, which brought some along."""
        if self._position == 0 and self._step_count == 1 and not self._ended:
            groups, _ = self._read_groups()
            self._left_at = left_at(self._binding, [group.get("lr") for group in groups])
        self.set()
        self._listen()

    def state_dict(self) -> dict[str, Any]:
        """Return the position, base LRs, names and schedules: plain data and copies."""
        return _state.dump(self._position, self._binding, self._observed)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take the position and base LRs of a checkpoint and write the rates into the groups.

        Everything is checked before anything changes. Whether the checkpoint's or this scheduler's
        schedules go on is decided by `on_mismatch`; base LRs given at construction stay.

        Raises:
            TypeError: when `state` is not a dict.
            CheckpointError: when it does not fit; the message names the key and the value.
        """
        _, binding = self._bound()
        loaded = _state.load(state, binding, self.on_mismatch, explicit=self._explicit_bases)
        following = binding.following(
            loaded.schedules, loaded.base_lrs, loaded.factors, loaded.others
        )
        self._left_at = None
        self._move(loaded.position, following)
        self._observed = loaded.observed
        self._step_count = loaded.position + 1
        for difference in loaded.differences:
            warnings.warn(difference, RatesheetWarning, stacklevel=2)

    def __getstate__(self) -> dict[str, Any]:
        binding = self._binding
        left = {"_bank", "_binding", "_groups", "_pace", "_seen", "_writer"}
        kept = {name: value for name, value in self.__dict__.items() if name not in left}
        return {**kept, "_bound_to": {name: getattr(binding, name) for name in _KEPT}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        join_torch(Scheduler)
        bound = state.pop("_bound_to")
        self.__dict__.update(state, _pace=None)
        groups, sizes = self._read_groups()
        self._go_on_with(groups, Binding.of(groups, sizes, **bound))
        note(self)


join_torch(Scheduler)

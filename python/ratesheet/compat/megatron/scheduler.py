"""Megatron's OptimizerParamScheduler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ratesheet.arguments import whole
from ratesheet.compat.megatron.schedules import Decay, Increase, learning_rate, weight_decay
from ratesheet.compat.megatron.state import KEYS, loaded
from ratesheet.compat.rows import Rows
from ratesheet.errors import ScheduleError
from ratesheet.plan import describe_group
from ratesheet.rates import all_or_nothing, as_rate, groups_of, read_rates, write_rates

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OptimizerParamScheduler"]

_PER_GROUP = ("max_lr", "min_lr", "start_wd", "end_wd", "wd_mult")


class OptimizerParamScheduler:
    """Sets the learning rate and the weight decay of each group, by a clock that the caller moves.

        lr(n) = init_lr + (max_lr - init_lr) n/w    for n <= w = lr_warmup_steps
        lr(n) = min_lr + (max_lr - min_lr) c        for n <= N = lr_decay_steps
        lr(n) = min_lr                              from there on; max_lr where it is "constant"
        linear, cosine: c = 1 - u, (1 + cos(pi u)) / 2, with u = (n - w)/(N - w)
        WSD: c = 1, and in the last wsd_decay_steps, with u their progress, 1 - u (linear),
            (1 + cos(pi u)) / 2 (cosine), 2 0.5^u - 1 (exponential), 1 - sqrt(u) (minus_sqrt)
        inverse-square-root: lr(n) = max(max_lr sqrt(w/n), min_lr), w and n at least 1

        wd(n) = start_wd + (end_wd - start_wd) s    times the group's wd_mult
        linear: s = n/wd_incr_steps; cosine: s = (1 - cos(pi n/wd_incr_steps)) / 2; then end_wd

    A group may have its own `max_lr`, `min_lr`, `start_wd`, `end_wd` and `wd_mult`.

    Args:
        optimizer: anything with `param_groups`, a list of dicts.
        init_lr: the first rate of the warmup, at most `max_lr`.
        max_lr: the rate after the warmup.
        min_lr: the rate at the end, from 0 to `max_lr`.
        lr_warmup_steps: length of the warmup, in the units that `step` counts (Megatron: samples).
        lr_decay_steps: where the decay ends, warmup included; more than the warmup.
        lr_decay_style: "constant", "linear", "cosine", "inverse-square-root" or "WSD".
        start_wd: weight decay at the start, from 0 to `end_wd`.
        end_wd: weight decay at the end.
        wd_incr_steps: length of its way.
        wd_incr_style: "constant" (start and end are equal), "linear" or "cosine".
        use_checkpoint_opt_param_scheduler: whether `load_state_dict` takes the checkpoint's values.
        override_opt_param_scheduler: whether it keeps these; with neither, both must be equal.
        wsd_decay_steps: length of the decay of "WSD".
        lr_wsd_decay_style: "linear", "cosine", "exponential" or "minus_sqrt".

    Raises:
        TypeError: when an argument has the wrong type.
        ScheduleError: when one is out of its range, or override and checkpoint are both asked for.
            Nothing is written then.

    Source: Megatron-LM's class of this name. Beyond it: loading sets the clock, where Megatron adds
    the saved steps to it and counts twice when it does not stand at 0; with
    `override_opt_param_scheduler` the groups' own rates are those of construction, also where the
    optimizer's checkpoint brought others.

    Example:
        >>> from types import SimpleNamespace
        >>> optimizer = SimpleNamespace(param_groups=[{"lr": 0.0}, {"lr": 0.0, "wd_mult": 0.0}])
        >>> scheduler = OptimizerParamScheduler(
        ...     optimizer, init_lr=0.0, max_lr=1.0, min_lr=0.1, lr_warmup_steps=10,
        ...     lr_decay_steps=100, lr_decay_style="linear", start_wd=0.1, end_wd=0.1,
        ...     wd_incr_steps=0, wd_incr_style="constant",
        ... )
        >>> for samples in [5, 5, 45, 45, 1]:
        ...     scheduler.step(samples)
        ...     print(scheduler.num_steps, optimizer.param_groups[0]["lr"])
        5 0.5
        10 1.0
        55 0.55
        100 0.1
        101 0.1
        >>> [group["weight_decay"] for group in optimizer.param_groups]
        [0.1, 0.0]
    """

    def __init__(
        self,
        optimizer: Any,
        init_lr: float,
        max_lr: float,
        min_lr: float,
        lr_warmup_steps: float,
        lr_decay_steps: float,
        lr_decay_style: str,
        start_wd: float,
        end_wd: float,
        wd_incr_steps: float,
        wd_incr_style: str,
        use_checkpoint_opt_param_scheduler: bool | None = True,
        override_opt_param_scheduler: bool | None = False,
        wsd_decay_steps: float | None = None,
        lr_wsd_decay_style: str | None = None,
    ) -> None:
        if use_checkpoint_opt_param_scheduler and override_opt_param_scheduler:
            raise ScheduleError(
                "use_checkpoint_opt_param_scheduler and override_opt_param_scheduler must not both"
                " be True"
            )
        self.optimizer = optimizer
        self.init_lr = init_lr
        self.max_lr = float(max_lr)
        self.min_lr = min_lr
        self.lr_warmup_steps = lr_warmup_steps
        self.lr_decay_steps = lr_decay_steps
        self.lr_decay_style = lr_decay_style
        self.wsd_decay_steps = wsd_decay_steps
        self.lr_wsd_decay_style = lr_wsd_decay_style
        self.start_wd = start_wd
        self.end_wd = end_wd
        self.wd_incr_steps = wd_incr_steps
        self.wd_incr_style = wd_incr_style
        self.use_checkpoint_opt_param_scheduler = use_checkpoint_opt_param_scheduler
        self.override_opt_param_scheduler = override_opt_param_scheduler
        self.num_steps = 0
        self._lr_rows, self._wd_rows = Rows(), Rows()
        groups = groups_of(optimizer)
        self._own = [{key: g[key] for key in _PER_GROUP if key in g} for g in groups]
        if not init_lr <= self.max_lr:
            raise ScheduleError(f"init_lr must be at most max_lr ({max_lr!r}), got {init_lr!r}")
        learning_rate(self._decay(), self.max_lr, self.min_lr)
        weight_decay(self._increase(), self.start_wd, self.end_wd)
        self._write(0)

    def _decay(self) -> Decay:
        return Decay(*(getattr(self, name) for name in Decay._fields))

    def _increase(self) -> Increase:
        return Increase(*(getattr(self, name) for name in Increase._fields))

    def get_lr(self, param_group: Mapping[str, Any]) -> float:
        """Return the learning rate of a group at the present number of steps."""
        max_lr, min_lr = (param_group.get(key, getattr(self, key)) for key in ("max_lr", "min_lr"))
        return learning_rate(self._decay(), max_lr, min_lr)(self.num_steps)

    def get_wd(self, param_group: Mapping[str, Any] | None = None) -> float:
        """Return the weight decay at the present number of steps, a group's `wd_mult` apart."""
        group = {} if param_group is None else param_group
        start, end = (group.get(key, getattr(self, key)) for key in ("start_wd", "end_wd"))
        return weight_decay(self._increase(), start, end)(self.num_steps)

    def step(self, increment: int) -> None:
        """Move the clock on and set what it says.

        Args:
            increment: by how much, at least 0: the samples of an update, say.

        Raises:
            TypeError: when it is not an integer.
            ScheduleError: when it is negative, or a group's own values cannot be. Clock and groups
                stay as they were.
        """
        self._write(self.num_steps + whole("increment", increment))

    def _write(self, steps: int) -> None:
        groups = groups_of(self.optimizer)
        given: list[Any] = list(groups)
        if self.override_opt_param_scheduler:
            given[: len(self._own)] = self._own
        lrs = tuple((g.get("max_lr", self.max_lr), g.get("min_lr", self.min_lr)) for g in given)
        wds = tuple((g.get("start_wd", self.start_wd), g.get("end_wd", self.end_wd)) for g in given)
        decay, increase, ones = self._decay(), self._increase(), [1.0] * len(groups)
        rates = self._lr_rows.at(
            steps, (decay, lrs), ones, lambda: [learning_rate(decay, *pair) for pair in lrs]
        )
        decays = self._wd_rows.at(
            steps, (increase, wds), ones, lambda: [weight_decay(increase, *pair) for pair in wds]
        )
        scaled = [
            wd * as_rate(g.get("wd_mult", 1.0), f"'wd_mult' of {describe_group(i, g.get('name'))}")
            for i, (wd, g) in enumerate(zip(decays, given, strict=True))
        ]
        with all_or_nothing(groups), all_or_nothing(groups, "weight_decay"):
            write_rates(groups, rates)
            write_rates(groups, scaled, "weight_decay")
        self.num_steps = steps

    def get_last_lr(self) -> list[float]:
        """Return the rates that the groups hold now, as floats in a new list."""
        return read_rates(groups_of(self.optimizer))

    def state_dict(self) -> dict[str, Any]:
        """Return Megatron's state: plain data."""
        return {name: getattr(self, name) for name in KEYS}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take the clock of a state and, by the rule chosen at construction, its values; set them.

        Raises:
            TypeError: when the state is not a dict.
            CheckpointError: when it lacks a value, or has another one where they must be equal.
            ScheduleError: when its values cannot be. Everything stays as it was.
        """
        before = self.state_dict()
        values = loaded(
            before,
            state_dict,
            override=bool(self.override_opt_param_scheduler),
            use_checkpoint=bool(self.use_checkpoint_opt_param_scheduler),
        )
        try:
            for name, value in values.items():
                setattr(self, name, value)
            self._write(values["num_steps"])
        except BaseException:
            for name, value in before.items():
                setattr(self, name, value)
            raise

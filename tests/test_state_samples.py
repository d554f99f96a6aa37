"""What released versions have written loads for ever, and goes on with their values to the bit."""

from __future__ import annotations

import json

import pytest

import ratesheet as rs
from state_samples import AT, DATA, SCHEDULERS, go_on

KEPT = {path.stem: json.loads(path.read_text()) for path in sorted(DATA.glob("*.json"))}


def every(what):
    return [(version, name) for version, kept in KEPT.items() for name in kept[what]]


def test_this_version_has_its_file():
    assert rs.__version__ in KEPT
    assert set(KEPT[rs.__version__]["schedulers"]) == set(SCHEDULERS)


@pytest.mark.parametrize(("version", "name"), every("schedulers"))
def test_a_state_loads_and_goes_on(version, name):
    kept = KEPT[version]["schedulers"][name]
    scheduler = SCHEDULERS[name]()
    scheduler.load_state_dict(kept["state"])
    assert go_on(scheduler) == kept["then"]


@pytest.mark.parametrize(("version", "name"), every("schedules"))
def test_a_schedule_is_read_and_has_its_values(version, name):
    kept = KEPT[version]["schedules"][name]
    assert rs.Schedule.from_dict(kept["spec"]).values(AT, 0.3).tolist() == kept["values"]

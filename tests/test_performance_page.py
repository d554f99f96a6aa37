"""What the page of `make bench` says of the figures."""

from __future__ import annotations

import pytest
from measure import Result, Row, Target, human, measure
from memory import MB, Use
from report import lines, memory_lines, missed, page


def nothing():
    return None


def result(ratio, more=0.0, ours=1e-6, most=None, **target):
    row = Row("work", nothing, {"peer": nothing}, {}, {"peer": Target(**target)}, most, "writes")
    seconds = {"ratesheet": ours, "peer": ours / ratio}
    return Result(row, seconds, {"peer": ratio}, {"peer": more})


@pytest.mark.parametrize(("ratio", "met"), [(0.2, True), (0.21, False)])
def test_a_share_is_wanted(ratio, met):
    (line,) = lines(result(ratio, share=1 / 5))
    assert f"| at most 1/5 | {'met' if met else '**not met**'} |" in line
    assert (missed(result(ratio, share=1 / 5)) == []) is met


@pytest.mark.parametrize(("more", "met"), [(0.02, True), (0.021, False)])
def test_a_few_seconds_more_are_allowed_whatever_the_ratio(more, met):
    (line,) = lines(result(9.0, more, plus=0.02))
    assert f"| at most 20 ms more | {'met' if met else '**not met**'} |" in line


def test_a_limit_in_seconds_has_a_line_of_its_own():
    slow = result(0.1, ours=2e-6, most=1e-6, share=1.25)
    beside, alone = lines(slow)
    assert beside == "| work | 2 us | peer | 20 us | 0.10 | at most 1.25 | met |"
    assert alone == "| work | 2 us | | | | at most 1 us | **not met** |"
    assert missed(slow) == ["- work: 2 us, wanted at most 1 us. What it takes: writes"]


def test_the_page_lists_what_falls_short_or_says_that_nothing_does():
    good, bad = result(0.1, share=0.2), result(0.3, share=0.2)
    assert "## What falls short\n\nNothing.\n" in page("machine", [good], [], [""])
    short = "- work: beside peer 0.30, wanted at most 1/5. What it takes: writes"
    assert f"## What falls short\n\n{short}\n" in page("machine", [good, bad], [], [""])


def test_memory_is_met_up_to_its_limit():
    assert memory_lines([Use("soak", MB, MB)])[-1].endswith("| 1.00 MiB | at most 1 MiB | met |")
    assert memory_lines([Use("soak", MB + 1, MB)])[-1].endswith("| **not met** |")


def test_ratios_are_of_our_time_over_theirs():
    ours, theirs = (lambda: sum(range(2_000))), (lambda: sum(range(200_000)))
    seen = measure(Row("sums", ours, {"longer": theirs}), quick=True)
    assert seen.ratios["longer"] < 0.2
    assert seen.more["longer"] < 0.0


@pytest.mark.parametrize(
    ("seconds", "text"), [(2.5, "2.5 s"), (3e-3, "3 ms"), (1.234e-6, "1.23 us"), (6e-8, "60 ns")]
)
def test_times_are_written_in_the_unit_that_fits(seconds, text):
    assert human(seconds) == text

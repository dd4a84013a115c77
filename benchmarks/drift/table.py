"""The page of what was found of planted drift, and of series without any."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from benchmarks.drift.series import BATCHES, RECORDS
from benchmarks.drift.waves import FROM, PLANTED, WAVES
from quality.drift.charts import LEAST_BATCHES

Made = Mapping[str, Any]

_PAGE = """# Drift planted from wave four on, and series without any

Made by `make bench-drift`. The preset `waves`: a census, and a register in six deliveries, each
linked by `link batch` with a frozen model and no report. In series with drift, the register's
records of one group (ethnicity, White: Other White) hold three times as many mistakes of every kind
from the fourth delivery on. Each is compared with the last before it without an alarm. By design no
more than one batch in a hundred raises an alarm where nothing changes, whatever the number of
groups and statistics.

| people | drift | series | found in wave four | with a false alarm | open in wave six |
|---:|---|---:|---:|---:|---:|
{rows}

A false alarm is a new alarm in any wave but the fourth, or in the fourth for any other group. An
alarm that lasts is open, not new. Asked, of 50: found in 45, false alarms in 6.

A wave takes {cpu:.1f} s of processor time at {people:,} people, from the delivery to links,
entities and alarms. What alarms of the group named as possible causes: {causes}.

## Batches in which nothing changes

{n_series} series of {batches} batches of {records:,} records, drawn from those of one linked
register each: {alarms} of the {n:,} batches that are compared raise an alarm, {share:.2%}. {early}
are of the {n_early:,} up to the eighth, {late} of the {n_late:,} after it, whose rates are held
against charts.
"""


def page(found: Mapping[str, Sequence[Made]]) -> str:
    """Return the page."""
    planted, still, series = found["planted"], found["still"], found["series"]
    batches = {(one["seed"], each["batch"]) for one in series for each in one["alarms"]}
    early = sum(number <= LEAST_BATCHES for _, number in batches)
    n_early, n_late = (len(series) * k for k in (LEAST_BATCHES - 1, BATCHES - LEAST_BATCHES))
    cpu = [wave["cpu_s"] for one in planted for wave in one["waves"][1:]]
    return _PAGE.format(
        rows="\n".join(_row(each) for each in (planted, found["smaller"], still)),
        cpu=median(cpu),
        people=planted[0]["people"],
        causes=_causes(planted),
        n_series=len(series),
        batches=BATCHES,
        records=RECORDS,
        alarms=len(batches),
        n=n_early + n_late,
        share=len(batches) / (n_early + n_late),
        early=early,
        n_early=n_early,
        late=len(batches) - early,
        n_late=n_late,
    )


def is_found(one: Made) -> bool:
    """Was the planted group found in the wave in which it begins to drift?"""
    return list(PLANTED) in _wave(one, FROM)["new"]


def false_alarms(one: Made) -> list[tuple[int, list[str | None]]]:
    """Return the new alarms of waves and groups in which nothing began."""
    return [
        (number, cell)
        for number in range(1, WAVES + 1)
        for cell in _wave(one, number)["new"]
        if not (one["drift"] and number == FROM and cell == list(PLANTED))
    ]


def _wave(one: Made, number: int) -> Made:
    (wave,) = (each for each in one["waves"] if each["wave"] == number)
    return wave


def _row(series: Sequence[Made]) -> str:
    drifts = series[0]["drift"]
    told = sum(map(is_found, series)) if drifts else ""
    last = sum(list(PLANTED) in _wave(one, WAVES)["open"] for one in series) if drifts else ""
    false = sum(bool(false_alarms(one)) for one in series)
    planted = "from wave four" if drifts else "none"
    people = f"{series[0]['people']:,}"
    return f"| {people} | {planted} | {len(series)} | {told} | {false} | {last} |"


def _causes(series: Sequence[Made]) -> str:
    """Say in how many series each cause was named, the commonest first."""
    named = Counter(
        cause for one in series if is_found(one) for cause in set(_wave(one, FROM)["causes"])
    )
    commonest = sorted(named.items(), key=lambda each: (-each[1], each[0]))[:6]
    return "; ".join(f"{words} ({n})" for words, n in commonest)

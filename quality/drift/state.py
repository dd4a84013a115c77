"""What a run says of drift, ``restricted/drift.json``: all that the next one needs of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from linkage.runs.holding import is_accepted, is_held
from linkage.runs.storage import storage, undamaged
from quality.drift import DRIFT
from quality.drift.alarms import Alarm
from quality.drift.charts import Series
from quality.drift.counting import Counted, Key

_FORMAT = 1
_MOST_BATCHES = 60
"""So many batches of a series are kept: five years of months."""


@dataclass(frozen=True)
class Watched:
    """What is known of a source.

    Parameters
    ----------
    run, baseline
        The last run in which nothing had changed, None for this one, and its records.
    counted
        Those of this run, None where it brings none; written down where they are not the baseline.
    series
        By statistic and group, how many of how many had it in every run in which nothing had
        changed, since the last that a person accepted.
    """

    run: str | None
    baseline: Counted
    counted: Counted | None = None
    series: Mapping[Key, Series] = field(default_factory=dict)

    def as_record(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "run": self.run,
            "baseline": self.baseline.as_record(),
            "counted": self.counted.as_record() if self.counted and self.run else None,
            "series": [
                {"key": list(key), "k": each.k.tolist(), "n": each.n.tolist()}
                for key, each in sorted(self.series.items(), key=lambda item: str(item[0]))
            ],
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Watched":
        """Return what :meth:`as_record` gave."""
        run, counted = record["run"], record["counted"]
        baseline = Counted.from_record(record["baseline"])
        own = None if counted is None else Counted.from_record(counted)
        return cls(
            run,
            baseline,
            baseline if run is None else own,
            {
                tuple(each["key"]): Series(np.array(each["k"], float), np.array(each["n"], float))
                for each in record["series"]
            },
        )


@dataclass(frozen=True)
class State:
    """What was found in a run: its sources, and the alarms that are open."""

    sources: Mapping[str, Watched]
    alarms: tuple[Alarm, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """Return it as ``drift.json`` holds it."""
        return {
            "format": _FORMAT,
            "alarms": [each.as_record() for each in self.alarms],
            "sources": {name: each.as_record() for name, each in self.sources.items()},
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "State":
        """Return what :meth:`as_record` gave."""
        return cls(
            {name: Watched.from_record(each) for name, each in record["sources"].items()},
            tuple(Alarm.from_record(each) for each in record["alarms"]),
        )

    def of(self, run: str) -> "State":
        """Return it as others see it, to whom ``run`` has a name."""
        sources = {name: replace(each, run=each.run or run) for name, each in self.sources.items()}
        return State(sources, tuple(replace(a, since=a.since or run) for a in self.alarms))

    def accepted(self) -> "State":
        """Return it as it is once a person has said that all is as it should be."""
        return State(
            {
                name: each if each.counted is None else Watched(None, each.counted)
                for name, each in self.sources.items()
            }
        )


def extended(
    series: Mapping[Key, Series], rates: Mapping[Key, tuple[float, float]]
) -> dict[Key, Series]:
    """Return series with one more run, whose rates are k of n; they end where it has none."""
    found = {}
    for key, rate in rates.items():
        known = series.get(key, _BEGUN)
        k, n = (np.append(old, new) for old, new in zip((known.k, known.n), rate, strict=True))
        found[key] = Series(k[-_MOST_BATCHES:], n[-_MOST_BATCHES:])
    return found


_BEGUN = Series(np.zeros(0), np.zeros(0))


def path_in(run: Path) -> Path:
    """Return where a run says what it found."""
    return run / "restricted" / f"{DRIFT}.json"


def read_state(run: Path) -> State:
    """Return what a run found; as it is after a person accepted it, where one did."""
    path = path_in(run)
    with storage(path, "reading what earlier runs say of drift"), undamaged(path):
        state = State.from_record(json.loads(path.read_bytes()))
    return (state.accepted() if is_accepted(run) else state).of(run.name)


def newest(home: Path) -> Path | None:
    """Return the newest complete run in ``home`` that says something of drift, None for none.

    After a deletion that is not the newest of all. One that waits for a person is none yet.
    """
    latest = home / "latest"
    if not latest.exists():
        return None
    root = latest.resolve()
    if path_in(root).is_file():
        return root
    runs = [run for run in home.iterdir() if not run.is_symlink() and path_in(run).is_file()]
    known = [run for run in runs if not run.name.startswith(".") and not is_held(run)]
    return max(known, key=lambda run: path_in(run).stat().st_mtime_ns, default=None)

"""From what was known, and the records that a run brings, to what is known after it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from quality.drift.alarms import alarms_of
from quality.drift.causes import Cause
from quality.drift.counting import Cell, Counted
from quality.drift.explaining import Compared
from quality.drift.state import State, Watched, extended
from quality.drift.testing import Earlier, Test, rates_of, tests_of


@dataclass(frozen=True)
class Brought:
    """The records that a source brings: see :class:`quality.drift.counting.Cohort`."""

    counted: Counted
    share: Callable[[Cell, Cell], float]


def advance(
    earlier: State,
    brought: Mapping[str, Brought],
    threshold: int,
    also: Mapping[Cell, Sequence[Cause]] = MappingProxyType({}),
) -> State:
    """Return what is known after a run.

    A source is compared where it has brought records before. Where there is no alarm, of any
    source, the run is what the next one is compared with.

    Parameters
    ----------
    threshold
        Groups of fewer records are not called by their name on a screen.
    also
        What was found of groups otherwise: by the sentinel set.
    """
    compared, tests = dict[str, Compared](), list[Test]()
    for name, each in brought.items():
        if (known := earlier.sources.get(name)) is not None:
            weights = {**known.baseline.weights, **each.counted.weights}
            old, new = known.baseline.weighed(weights), each.counted.weighed(weights)
            compared[name] = Compared(old, new, each.share)
            tests += tests_of(name, Earlier(old, known.series), new)
    alarms = alarms_of(tests, compared, earlier.alarms, threshold, also)
    sources = {name: replace(each, counted=None) for name, each in earlier.sources.items()}
    for name, each in brought.items():
        sources[name] = _after(earlier.sources.get(name), each.counted, quiet=not alarms)
    return State(sources, tuple(alarms))


def _after(known: Watched | None, counted: Counted, *, quiet: bool) -> Watched:
    if known is not None and not quiet:
        return replace(known, counted=counted)
    series = {} if known is None else known.series
    return Watched(None, counted, counted, extended(series, rates_of(counted)))

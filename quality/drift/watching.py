"""The drift stage: this run's records against those of the last run in which nothing had changed.

It reads of each source a table ``cohort_<source>``: of a batch the records that it brings, of any
other run all of them, each with its groups, what is missing of it, and its best candidate.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from linkage.config.schema import Config
from linkage.runs.holding import HELD, newest_name
from linkage.runs.workspace import Workspace
from quality.drift import DRIFT
from quality.drift.alarms import alarms_of
from quality.drift.counting import ALL, Cell, Counted, count
from quality.drift.explaining import Compared
from quality.drift.state import State, Watched, extended, newest, read_state
from quality.drift.statistics import LINKED, WEIGHED, Kind, Statistic, statistics_of
from quality.drift.testing import Earlier, Test, of_rate, tests_of


def watch(workspace: Workspace, config: Config) -> None:
    """Write ``drift.json``, what was found, and ``held.json``, whether the run waits for a person.

    Counts by group stand in the first: it is never for release.
    """
    home = workspace.root.parent
    before = newest(home)
    earlier = State({}) if before is None else read_state(before)
    statistics = {name: _statistics(workspace, name) for name in config.sources}
    now = {name: _counted(workspace, config, name, statistics[name]) for name in config.sources}
    compared, tests = dict[str, Compared](), list[Test]()
    for name, counted in now.items():
        known = earlier.sources.get(name)
        if counted is None or known is None:
            continue
        kinds = _kinds(statistics[name])
        share = _shares(workspace, config, name, counted)
        weights = {**known.baseline.weights, **counted.weights}
        old, new = known.baseline.weighed(weights), counted.weighed(weights)
        compared[name] = Compared(old, new, kinds, share)
        tests += tests_of(name, kinds, Earlier(old, known.series), new)
    alarms = alarms_of(tests, compared, earlier.alarms, config.disclosure.threshold)
    sources = {}
    for name, counted in now.items():
        known = earlier.sources.get(name)
        watched = _watched(known, counted, statistics[name], quiet=not alarms)
        if watched is not None:
            sources[name] = watched
    workspace.write_json(DRIFT, State(sources, tuple(alarms)).as_record())
    held = bool(alarms) and config.quality.gates.drift == "hold"
    workspace.write_json(HELD, {"held": held, "after": newest_name(home)})


def _watched(
    known: Watched | None,
    counted: Counted | None,
    statistics: tuple[Statistic, ...],
    quiet: bool,
) -> Watched | None:
    """Return what is known of a source after this run; None before it has brought any record."""
    if counted is None:
        return known and replace(known, counted=None)
    if known is not None and not quiet:
        return replace(known, counted=counted)
    rates = {(each.name, each.variable) for each in statistics if each.kind == "rate"}
    held = {key: of_rate(key, bins) for key, bins in counted.bins.items() if key[:2] in rates}
    return Watched(None, counted, counted, extended(known.series if known else {}, held))


def _statistics(workspace: Workspace, source: str) -> tuple[Statistic, ...]:
    return tuple(statistics_of(workspace.schema(f"cohort_{source}").names))


def _kinds(statistics: tuple[Statistic, ...]) -> dict[tuple[str, str | None], Kind]:
    kinds = {(each.name, each.variable): each.kind for each in statistics}
    return {**kinds, WEIGHED: "ordered"}


def _counted(
    workspace: Workspace,
    config: Config,
    source: str,
    statistics: tuple[Statistic, ...],
    of: Cell = ALL,
) -> Counted | None:
    """Return the counts of a source's records, None where there are none."""
    view = workspace.view(f"cohort_{source}")
    held = workspace.schema(f"cohort_{source}").names
    characteristics = [name for name in config.groups if f"group_{name}" in held]
    counted = count(workspace.connection, view, statistics, characteristics, of)
    return counted if counted.bins else None


def _shares(
    workspace: Workspace, config: Config, source: str, counted: Counted
) -> Callable[[Cell, Cell], float]:
    """Return a function that says how many in one of a group's records are of another group."""
    linked = tuple(each for each in _statistics(workspace, source) if each.name == LINKED)

    @cache
    def of(cell: Cell) -> Counted:
        return _counted(workspace, config, source, linked, cell) or Counted({})

    def share(of_cell: Cell, in_cell: Cell) -> float:
        key = (LINKED, None, *of_cell)
        return of(in_cell).n(key) / max(counted.n(key), 1)

    return share

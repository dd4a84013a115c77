"""What is asked for: by which characteristics, which measure, of which source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from linkage.config.schema import Config
from linkage.errors import ConfigError, Fault
from linkage.sql import identifier, literal
from quality import measures
from quality.finished_run import FinishedRun
from quality.groupings import Grouping
from quality.missingness.counts import NEVER_MISSING, held_columns
from quality.release.checked_asked import RESERVED

MOST = 3
"""More characteristics than this cross into cells that are too small to show."""

LINKED, UNLINKED, LINK_RATE = "linked", "unlinked", "link_rate"
_MISSING = "missing_"


@dataclass(frozen=True)
class Counted:
    """What a measure counts: records that meet ``condition``, SQL on a record.

    ``measure`` and ``variable`` are those of the tallies that count the same in every run.
    """

    measure: str
    condition: str
    variable: str | None = None


@dataclass(frozen=True)
class Request:
    """A table asked for. ``other`` is None where the measure is of one source alone."""

    by: tuple[str, ...]
    measure: str
    source: str
    other: str | None

    def groupings(self, config: Config) -> tuple[Grouping, ...]:
        """Return the table's own grouping and each of its margins but that of all records."""
        found = [
            tuple(name for at, name in enumerate(self.by) if chosen >> at & 1)
            for chosen in range(1, 1 << len(self.by))
        ]
        return tuple(Grouping(named(each, config)) for each in found)

    @property
    def names(self) -> tuple[str, ...]:
        """What the audit log says of it: names of the configuration and no more."""
        of = [f"measure={self.measure}", *(f"by={name}" for name in self.by)]
        other = [] if self.other is None else [f"other={self.other}"]
        return (*of, f"source={self.source}", *other)


def named(characteristics: Sequence[str], config: Config) -> tuple[str, ...]:
    """Return characteristics in the one order in which they are crossed.

    That of an intersection of the run where it has one, so that the same cells have the same name.
    """
    for each in config.intersections:
        if set(each) == set(characteristics):
            return tuple(each)
    return tuple(name for name in config.groups if name in characteristics)


def read_request(
    run: FinishedRun,
    by: Sequence[str],
    measure: str,
    source: str | None = None,
    other: str | None = None,
) -> Request:
    """Return the request, checked against what the run has.

    Raises
    ------
    ConfigError
        R480 to R483, every one that applies: an unknown source, characteristic or measure, or too
        many characteristics.
    """
    config = run.config
    of = source or config.focal
    faults = list(_wrong_sources(config, of, other))
    if not faults:
        faults += _wrong_characteristics(config, of, by)
        known = counted(run, of)
        if measure not in known:
            faults.append(
                Fault(
                    "R482",
                    f"no measure called {measure[:60]} can be asked of the source {of}",
                    f"measures of this source: {', '.join(known)}",
                    path="--measure",
                )
            )
        else:
            other, wrong = _other(config, of, other, known[measure])
            faults += wrong
    if faults:
        raise ConfigError(faults)
    return Request(tuple(by), measure, of, other)


def counted(run: FinishedRun, source: str) -> Mapping[str, Counted]:
    """Return the measures that can be asked of a source, by name."""
    config = run.config
    found = {measures.RECORDS: Counted(measures.RECORDS, "TRUE")}
    if config.linkage.type != "deduplicate" and source == config.focal:
        found[LINKED] = Counted(measures.LINKED, "is_decided")
        found[UNLINKED] = Counted(measures.LINKED, "NOT is_decided")
        found[LINK_RATE] = Counted(measures.LINKED, "is_decided")
    for held in held_columns(run, config, source):
        if held.measure != measures.MISSING_GROUP:  # a group of its own already: the unknown
            column = identifier(held.column)
            missing = f"({column} IS NOT NULL AND {column} <> {literal(NEVER_MISSING)})"
            name = f"{_MISSING}{held.variable}"
            if name in found:
                name = held.column
            found[name] = Counted(held.measure, missing, held.variable)
    return found


def _wrong_sources(config: Config, source: str, other: str | None) -> Iterator[Fault]:
    for name, option in ((source, "--source"), (other, "--other")):
        if name is not None and name not in config.sources:
            yield Fault(
                "R480",
                f"the run has no source called {name[:60]}",
                f"its sources: {', '.join(config.sources)}",
                path=option,
            )


def _wrong_characteristics(config: Config, source: str, by: Sequence[str]) -> Iterator[Fault]:
    held = [name for name, group in config.groups.items() if group.source == source]
    known = f"characteristics of the source {source}: {', '.join(held) or 'none'}"
    for name in by:
        if name in RESERVED:
            message = f"a table cannot have a characteristic called {name}: another column is"
            yield Fault(
                "R483", message, "call it otherwise under groups, and run again", path="--by"
            )
        if name not in held:
            message = f"the source {source} has no characteristic called {name[:60]}"
            yield Fault("R481", message, known, path="--by")
    if not 1 <= len(by) <= MOST or len(set(by)) < len(by):
        message = f"a table is by one to {MOST} characteristics, each named once"
        yield Fault("R483", message, known, path="--by")


def _other(
    config: Config, source: str, other: str | None, asked: Counted
) -> tuple[str | None, list[Fault]]:
    """Return the source that records are linked to, None where the measure has none."""
    others = [name for name in config.sources if name != source]
    if asked.measure != measures.LINKED:
        return None, []
    if other in others or (other is None and len(others) == 1):
        return other or others[0], []
    fix = f"name one of {', '.join(others)} with --other"
    message = "the measure is of links to another source, and it is not said which"
    return None, [Fault("R480", message, fix, path="--other")]

"""Which values are missing together: the patterns of a source, for all records and by group."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from linkage.sql import identifier, literal
from quality import measures
from quality.groupings import Grouping, held_by
from quality.missingness.counts import NEVER_MISSING, Held, held_columns
from quality.tally import Tally

AND = " + "
"""What joins the variables of a pattern."""

VARIABLE = "variable "
"""What stands before the name of a variable that is no identifier."""

COMPLETE = "nothing missing"
OTHERS = "other patterns"
MOST = 4
"""So many patterns are shown, the most frequent of all records; the others share a row."""

_MOST_COLUMNS = 62  # bits of a whole number of the database

Place = tuple[str | None, str | None]
ALL: Place = (None, None)


@dataclass(frozen=True)
class Patterns:
    """How many records of each place have each pattern.

    A pattern is a number whose bit k is set where the value of ``names[k]`` is missing.
    """

    names: tuple[str, ...]
    counts: Mapping[Place, Mapping[int, int]]

    def label(self, pattern: int) -> str:
        """Return the variables that a pattern lacks, joined."""
        lacking = [name for bit, name in enumerate(self.names) if pattern >> bit & 1]
        return AND.join(lacking) or COMPLETE

    @property
    def shown(self) -> tuple[int, ...]:
        """The most frequent patterns of all records."""
        everyone = self.counts[ALL]
        return tuple(sorted(everyone, key=lambda each: (-everyone[each], each))[:MOST])


def pattern_tallies(workspace: Workspace, config: Config) -> Iterator[Tally]:
    """Yield how many records of each source and group have each pattern of missing values.

    Identifiers and variables are what may be missing; what does not apply is not. Of one source
    the patterns add up to its records.
    """
    for source in config.sources:
        found = patterns(workspace, config, source)
        if found is None:
            continue
        shown = {pattern: found.label(pattern) for pattern in found.shown}
        names = [*shown.values(), *([OTHERS] if len(found.counts[ALL]) > MOST else [])]
        for (characteristic, group), counts in found.counts.items():
            k = dict.fromkeys(names, 0)
            for pattern, n in counts.items():
                k[shown.get(pattern, OTHERS)] += n
            for name in names:
                yield Tally(
                    measure=measures.MISSING_PATTERN,
                    source=source,
                    characteristic=characteristic,
                    group=group,
                    variable=name,
                    stage=measures.INGEST,
                    k=k[name],
                    n=sum(counts.values()),
                )


def patterns(workspace: Workspace, config: Config, source: str) -> Patterns | None:
    """Count the patterns of a source, one pass for all records and every characteristic it holds.

    None where fewer than two things may be missing. Of more than 62, the first 62 are taken.
    """
    columns = [
        each
        for each in held_columns(workspace, config, source)
        if each.measure != measures.MISSING_GROUP
    ][:_MOST_COLUMNS]
    if len(columns) < 2:
        return None
    groupings = held_by(source, config.groups, [Grouping((name,)) for name in config.groups])
    rows = workspace.connection.execute(
        _counting(workspace.view(f"records_{source}"), columns, groupings)
    ).fetchall()
    counts: dict[Place, dict[int, int]] = {}
    for pattern, *labels, n in rows:
        at = next((at for at, label in enumerate(labels) if label is not None), None)
        place = ALL if at is None else (groupings[at].name, labels[at])
        counts.setdefault(place, {})[pattern] = n
    return Patterns(tuple(map(variable_name, columns)), counts) if counts else None


def variable_name(held: Held) -> str:
    """Return what a column of reasons is called in a pattern."""
    said = VARIABLE if held.measure == measures.MISSING_VARIABLE else ""
    return f"{said}{held.variable}"


def _counting(records: str, columns: Sequence[Held], groupings: Sequence[Grouping]) -> str:
    labels = [f"label_{at}" for at in range(len(groupings))]
    bits = " + ".join(
        f"(coalesce({identifier(each.column)}, {literal(NEVER_MISSING)}) "
        f"<> {literal(NEVER_MISSING)})::BIGINT * {1 << bit}"
        for bit, each in enumerate(columns)
    )
    selected = ", ".join(
        [f"{bits} AS pattern"]
        + [f"{each.label} AS {label}" for each, label in zip(groupings, labels, strict=True)]
    )
    sets = ", ".join(["(pattern)", *(f"(pattern, {label})" for label in labels)])
    wanted = ", ".join(["pattern", *labels, "count(*)"])
    return (
        f"SELECT {wanted} FROM (SELECT {selected} FROM {records}) "  # noqa: S608 - quoted
        f"GROUP BY GROUPING SETS ({sets}) ORDER BY ALL"
    )

"""The pair of records that two ids mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from linkage.config.schema import Config
from linkage.errors import ConfigError, Fault
from linkage.model.source_pairs import SourcePair
from quality.finished_run import FinishedRun, source_pairs_of


@dataclass(frozen=True)
class Member:
    """A record: its source, the id it has there, and its number in the run."""

    source: str
    record_id: str
    record: int


@dataclass(frozen=True)
class Pair:
    """Two records as the run compares them: ``sources`` says which source stands on which side."""

    left: Member
    right: Member
    sources: SourcePair

    @property
    def members(self) -> tuple[Member, Member]:
        """The two records, the left one first."""
        return self.left, self.right


def find_pair(
    run: FinishedRun, ids: Sequence[str], source: str | None = None, other: str | None = None
) -> Pair:
    """Return the pair of the records with these two ids, in either order.

    Parameters
    ----------
    source, other
        The source of the first id and of the second, where that has to be said.

    Raises
    ------
    ConfigError
        R480 for an unknown source, R486 for an id that no record has, R487 where the two are never
        compared or several pairs are meant. No message repeats an id.
    """
    wanted = (("first", source), ("second", other))
    held = [_members(run, record_id, of) for record_id, (_, of) in zip(ids, wanted, strict=True)]
    faults = [*_unknown(run.config, (source, other))]
    if not faults:
        faults = [
            Fault(
                "R486",
                f"no record {'of the run' if of is None else f'of {of}'} has the {place} id",
                "give the id as the source has it; rows that a filter left out are in no run",
            )
            for (place, of), members in zip(wanted, held, strict=True)
            if not members
        ]
    if faults:
        raise ConfigError(faults)
    found = dict.fromkeys(
        pair
        for one in held[0]
        for another in held[1]
        for pair in _compared(source_pairs_of(run), one, another)
    )
    if len(found) != 1:
        raise ConfigError(_not_one(list(found)))
    return next(iter(found))


def _members(run: FinishedRun, record_id: str, source: str | None) -> list[Member]:
    rows = run.connection.execute(
        f"SELECT source, record_id, record FROM {run.view('record_keys')} "  # noqa: S608 - quoted
        "WHERE record_id = $id ORDER BY record",
        {"id": record_id},
    ).fetchall()
    return [Member(*row) for row in rows if source in {None, row[0]}]


def _unknown(config: Config, sources: Sequence[str | None]) -> Iterator[Fault]:
    for name, option in zip(sources, ("--source", "--other"), strict=True):
        if name is not None and name not in config.sources:
            fix = f"its sources: {', '.join(config.sources)}"
            yield Fault("R480", f"the run has no source called {name[:60]}", fix, path=option)


def _compared(pairs: Sequence[SourcePair], one: Member, another: Member) -> Iterator[Pair]:
    first, second = sorted((one, another), key=lambda each: each.record)
    if first == second:
        return
    for sources in pairs:
        if (sources.left.name, sources.right.name) == (first.source, second.source):
            yield Pair(first, second, sources)


def _not_one(found: Sequence[Pair]) -> Fault:
    if not found:
        return Fault(
            "R487",
            "the run never compares these two records",
            "give a record of each of two sources that are linked, or two of one that is "
            "deduplicated",
        )
    meant = "; ".join(f"{pair.left.source} and {pair.right.source}" for pair in found)
    return Fault(
        "R487",
        f"the two ids stand in several sources, so that {len(found)} pairs are meant",
        f"say with --source and --other which source each id is of: {meant}",
    )

"""Random populations, counted as a run counts its records.

Records are drawn one by one and counted by the function that counts those of a run, so that every
count that a table gives of one population is of the same people.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import duckdb
import numpy as np
import polars as pl

from benchmarks.disclosure.shapes import SOURCE, Shape, described_again, shape
from benchmarks.disclosure.truths import with_truth
from linkage.config.group_names import CROSS
from quality import measures
from quality.groupings import GroupCounts, count_by_group
from quality.missingness.chains import NONE
from quality.missingness.patterns import AND, COMPLETE, MOST, OTHERS
from quality.release.overlaps import Overlap, overlaps
from quality.tally import Tally

_REASONS = ("not_answered", "placeholder", "does_not_apply")
_HELD, _OUTCOME = "observed", "outcome"
_VARIABLE = "benefit"


@dataclass(frozen=True)
class Population:
    """Records, how they are described, and how many more rows a filter left out.

    Of some, truth is known and models are fitted.
    """

    shape: Shape
    records: pl.DataFrame
    n_dropped: int
    with_models: bool = False

    def counted(self) -> tuple[list[Tally], list[Overlap]]:
        """Return the exact tallies of a run, and how its groupings overlap."""
        with duckdb.connect() as connection:
            connection.register("drawn", self.records.to_arrow())
            connection.execute("CREATE TABLE records AS SELECT * FROM drawn")
            groupings = self.shape.groupings
            found = list(overlaps(connection, SOURCE, "records", groupings))
            return list(_tallies(connection, self)), found


def population(seed: int, *, with_models: bool = False) -> Population:
    """Draw a configuration, and records for it; where models are, what is true of links as well."""
    rng = np.random.default_rng([7, seed])
    made = shape(rng, with_models=with_models)
    n = int(10 ** rng.uniform(2.5, 4.5))
    records, n_dropped = _records(rng, made, n), int(rng.choice([0, 4, 12, 300]))
    if with_models:
        records = with_truth(records, made.others[0], seed)
    return Population(made, records, n_dropped, with_models)


def next_delivery(first: Population, seed: int) -> Population:
    """Return the next delivery: every record there was, as it was, and few or many more."""
    rng = np.random.default_rng([8, seed])
    n = first.records.height
    more = int(rng.choice([1, 4, 12, max(1, n // 20), n]))
    added = _records(rng, first.shape, more)
    return replace(
        first,
        records=pl.concat([first.records, added]),
        n_dropped=first.n_dropped + int(rng.choice([0, 3, 30])),
    )


def another_description(first: Population, seed: int) -> Population:
    """Return the same records in another configuration."""
    return replace(first, shape=described_again(first.shape, np.random.default_rng([9, seed])))


def _records(rng: np.random.Generator, made: Shape, n: int) -> pl.DataFrame:
    """Draw records: ``group_*``, ``missing_*`` (a reason or null), ``linked_*`` and so on."""
    columns: dict[str, pl.Series] = {}
    odds = np.full(n, made.chances["linked"])
    for name, each in made.characteristics.items():
        drawn = rng.choice(len(each.shares), n, p=each.shares)
        odds += each.shift[drawn]
        known = rng.random(n) >= each.unknown
        columns[f"group_{name}"] = _text(np.array(each.groups)[drawn], known)
        reason = rng.choice(_REASONS, n, p=(0.6, 0.2, 0.2))
        columns[f"missing_group_{name}"] = _text(reason, ~known)
    for name in made.identifiers:
        missing = rng.random(n) < made.chances["missing"]
        columns[f"missing_{name}"] = _text(rng.choice(_REASONS, n, p=(0.7, 0.2, 0.1)), missing)
    for name in made.others:
        linked = rng.random(n) < 1 / (1 + np.exp(-odds))
        columns[f"linked_{name}"] = pl.Series(linked)
        near = linked | (rng.random(n) < made.chances["candidate"])
        columns[f"candidate_{name}"] = pl.Series(near)
    columns["expected"] = pl.Series(rng.random(n) < made.chances["expected"])
    outcome = rng.choice((_HELD, *_REASONS), n, p=(0.85, 0.09, 0.01, 0.05))
    columns[_OUTCOME] = pl.Series(outcome.astype(str))
    return pl.DataFrame(columns)


def _text(values: np.ndarray, where: np.ndarray) -> pl.Series:
    found = [value if at else None for value, at in zip(values.tolist(), where, strict=True)]
    return pl.Series(found, dtype=pl.String)


_Named = tuple[str, str | None, str | None, str | None]
"""Measure, other source, variable and stage."""


def _tallies(connection: duckdb.DuckDBPyConnection, made: Population) -> Iterator[Tally]:
    conditions = dict(_conditions(made))
    findable = ("expected", f"expected AND linked_{made.shape.others[0]}")
    counted = list(
        count_by_group(
            connection,
            "SELECT * FROM records",
            made.shape.groupings,
            [*conditions.values(), *findable],
        )
    )
    counted.sort(key=lambda each: each.characteristic is not None)
    of_all = dict(zip(conditions, counted[0].counts, strict=False))
    yield from _filters(made, counted[0].n)
    for each in counted:
        where: dict[str, Any] = {
            "source": SOURCE,
            "characteristic": each.characteristic,
            "group": each.group,
        }
        yield Tally(measure=measures.RECORDS, stage=measures.INGEST, k=each.n, n=each.n, **where)
        for named, k in zip(conditions, each.counts, strict=False):
            measure, other, variable, stage = named
            if _is_counted(named, each, of_all):
                said: dict[str, Any] = {
                    "measure": measure,
                    "other": other,
                    "variable": variable,
                    "stage": stage,
                }
                yield Tally(k=k, n=each.n, **said, **where)
        if made.shape.with_findable:
            other, (n, k) = made.shape.others[0], each.counts[-2:]
            of_links: dict[str, Any] = {
                "measure": measures.LINKED_FINDABLE,
                "other": other,
                "stage": measures.DECIDE,
            }
            yield Tally(k=k, n=n, **of_links, **where)


def _filters(made: Population, n: int) -> Iterator[Tally]:
    read = n + made.n_dropped if made.shape.with_filter else n
    of_file: dict[str, Any] = {"source": SOURCE, "stage": measures.INGEST, "n": read}
    yield Tally(measure=measures.RECORDS_READ, k=read, **of_file)
    if made.shape.with_filter:
        dropped: dict[str, Any] = {"variable": "drop", "k": made.n_dropped}
        yield Tally(measure=measures.RECORDS_DROPPED, **dropped, **of_file)


def _is_counted(named: _Named, place: GroupCounts, of_all: Mapping[_Named, int]) -> bool:
    """Say whether a run has the tally: reasons that occur, and not by reason where crossed."""
    measure, _, _, stage = named
    if measure == measures.MISSING_GROUP and place.characteristic is not None:
        return False
    crossed = CROSS in (place.characteristic or "")
    if stage in _REASONS:
        return of_all[named] > 0 and not crossed
    return not (crossed and measure in {measures.MISSING_PATTERN, measures.LINK_PATTERN})


def _conditions(made: Population) -> Iterator[tuple[_Named, str]]:
    """Yield what is counted, each with the SQL condition of a record."""
    shape = made.shape
    columns = [(measures.MISSING_IDENTIFIER, name, f"missing_{name}") for name in shape.identifiers]
    columns += [
        (measures.MISSING_GROUP, name, f"missing_group_{name}") for name in shape.characteristics
    ]
    for measure, name, column in columns:
        yield (measure, None, name, None), f"{column} <> 'does_not_apply'"
        for reason in _REASONS:
            yield (measure, None, name, reason), f"{column} = '{reason}'"
    for other in shape.others:
        yield (measures.WITH_CANDIDATE, other, None, measures.BLOCK), f"candidate_{other}"
        yield (measures.LINKED, other, None, measures.DECIDE), f"linked_{other}"
    if len(shape.identifiers) > 1:
        yield from _missing_patterns(made)
    if len(shape.others) > 1:
        yield from _link_patterns(shape.others)
    if shape.identifiers:
        lacking = " OR ".join(f"missing_{name} <> 'does_not_apply'" for name in shape.identifiers)
        yield (measures.WITH_MISSING, None, None, measures.INGEST), lacking
    if shape.with_variable:
        yield from _through_links(shape.others[0])


def _missing_patterns(made: Population) -> Iterator[tuple[_Named, str]]:
    names = made.shape.identifiers
    lacks = {
        name: f"coalesce(missing_{name}, 'does_not_apply') <> 'does_not_apply'" for name in names
    }
    flags = made.records.select(
        (pl.col(f"missing_{name}").fill_null("does_not_apply") != "does_not_apply").alias(name)
        for name in names
    )
    shown = flags.group_by(names).len().sort("len", *names, descending=True).rows()
    conditions = [
        (
            AND.join(name for name, is_so in zip(names, row, strict=False) if is_so) or COMPLETE,
            " AND ".join(
                lacks[name] if is_so else f"NOT ({lacks[name]})"
                for name, is_so in zip(names, row, strict=False)
            ),
        )
        for row in shown
    ]
    joined = conditions[MOST:]
    for label, condition in conditions[:MOST]:
        yield (measures.MISSING_PATTERN, None, label, measures.INGEST), condition
    if joined:
        either = " OR ".join(f"({condition})" for _, condition in joined)
        yield (measures.MISSING_PATTERN, None, OTHERS, measures.INGEST), either


def _link_patterns(others: Sequence[str]) -> Iterator[tuple[_Named, str]]:
    for held in product((False, True), repeat=len(others)):
        named = [other for other, has in zip(others, held, strict=True) if has]
        label = AND.join(named) or NONE
        condition = " AND ".join(
            f"{'' if has else 'NOT '}linked_{other}"
            for other, has in zip(others, held, strict=True)
        )
        yield (measures.LINK_PATTERN, None, label, measures.DECIDE), condition


def _through_links(other: str) -> Iterator[tuple[_Named, str]]:
    linked = f"linked_{other}"
    asked = f"{linked} AND {_OUTCOME} <> 'does_not_apply'"
    stages = {
        measures.NOT_LINKED: f"NOT {linked}",
        measures.FROM_LINK: f"{linked} AND {_OUTCOME} = '{_HELD}'",
        measures.ASKED: asked,
        **{reason: f"{linked} AND {_OUTCOME} = '{reason}'" for reason in _REASONS},
    }
    for stage, condition in stages.items():
        yield (measures.VALUE_THROUGH_LINK, other, _VARIABLE, stage), condition

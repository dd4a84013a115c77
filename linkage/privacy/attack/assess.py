"""All attacks on a source as it would be sent: for ``link attack``, and for ``link encode``."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.privacy.attack import frequency, patterns
from linkage.privacy.attack.classes import inputs, readable
from linkage.privacy.attack.risk import FREQUENCY, MINING, NAMES, FieldRisk, Risk, by_group
from linkage.privacy.attack.target import Flags, Target, ValueList, Whole, target_of
from linkage.privacy.joining import Columns
from linkage.privacy.schema import Schema, Token

_Real = npt.NDArray[np.float64]

BORN = ("birth_year", "birth_month", "birth_day")
DATE = "date_of_birth"

LEAST_GROUP = 10
"""Records of a group from which its share is told."""

BY_NAME = "frequency of the name"

_FREQUENT = ((10, "the 10 most frequent"), (100, "the next 90"))
_OTHERS = "all other names"


def assess(
    records: pa.Table,
    encoded: pa.Table,
    schema: Schema,
    groups: pa.Table | None,
    lists: Mapping[str, ValueList],
    seed: int = 1,
) -> Risk:
    """Attack the encodings of a source with all that someone without the key may know.

    Estimand: the share of records whose true value of a field is the one that an attack names.

    Parameters
    ----------
    records, encoded
        Standardised columns and what :func:`linkage.privacy.encoder.encode` made of them, row by
        row.
    groups
        Labels by characteristic, a text column each, of the same rows; None where there are none.
    lists
        By standardised column, how often each value occurs in the population. Without one, the
        source's own counts drawn anew: a list of the same people from another sample.

    Assumptions
    -----------
    The attacker knows the schema, every parameter and the lists, but not the key, and holds no
    encoding of a person whom they know.

    Source: Christen and others 2017 (frequency alignment) and 2018 (pattern mining); what goes
    beyond them is said in the modules that do it.
    """
    batch = _one_batch(records)
    columns = Columns(batch, b"")  # of values in clear: nothing is hashed
    n = encoded.num_rows
    found: list[FieldRisk] = []
    any_name, weights = np.zeros(n, bool), np.ones(n)
    alike = frequency.alike(encoded, schema)
    for name, of in _attacked(schema, batch):
        target = target_of(columns, name, of, lists.get(name))
        rng = np.random.default_rng(seed)
        risk, right, weighing = _field(columns, encoded, schema, alike, target, rng)
        found.append(risk)
        if set(of) <= set(NAMES):
            any_name |= right
            weights = np.where(weights == 1, weighing, weights)
    labels = {} if groups is None else groups.to_pydict()
    shown = labels | _by_frequency(columns, batch.schema.names)
    return Risk(
        n,
        tuple(found),
        float((weights * any_name).sum() / max(n, 1)),
        by_group(any_name, weights, shown, LEAST_GROUP),
        tuple(column.name for column in schema.columns if readable(column)),
        tuple(sorted(set(lists) & {each.field for each in found})),
    )


def _field(
    records: Columns,
    encoded: pa.Table,
    schema: Schema,
    alike: frequency.Alike,
    target: Target,
    rng: np.random.Generator,
) -> tuple[FieldRisk, Flags, _Real]:
    """Return the risk of a field, whose value was rightly named, and what each record weighs."""
    found = list(frequency.views(records, alike, target.of))
    aligned = frequency.attacked(found, target, rng)
    exact = frequency.attacked(found, target, None)
    mined = patterns.attacked(records, encoded, schema, target, rng)
    by_frequency = patterns.Mined(aligned.values, np.ones(alike.n))
    exactly = patterns.Mined(exact.values, np.ones(alike.n))
    ways = {FREQUENCY: by_frequency, MINING: mined}
    attack = max(ways, key=lambda way: ways[way].share(ways[way].right(target)))
    best = ways[attack]
    risk = FieldRisk(
        target.name,
        attack,
        best.share(best.right(target)),
        best.share(best.values >= 0),
        exactly.share(exactly.right(target)),
        aligned.largest / max(alike.n, 1),
    )
    return risk, best.right(target), best.weights


def _attacked(schema: Schema, records: pa.RecordBatch) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what stands in any encoding, each with its standardised columns.

    The names first, then names that are encoded together, then the rest and the whole date. What is
    in a coarse column is readable, and slices of a name are not a field of their own.
    """
    told = {part for column in schema.columns if readable(column) for part in inputs(column)}
    held = dict.fromkeys(part for column in schema.columns for part in inputs(column))
    fields = [name for name in held if name in records.schema.names and name not in told]
    yield from ((name, (name,)) for name in fields if name in NAMES)
    for column in schema.columns:
        if isinstance(column, Token) and len(column.of) > 1 and set(column.of) <= set(NAMES):
            yield column.name, column.of
    yield from ((name, (name,)) for name in fields if name not in NAMES)
    if set(BORN) <= set(fields):
        yield DATE, BORN


def _by_frequency(records: Columns, held: Sequence[str]) -> dict[str, list[str | None]]:
    """Return, by name, whether it is among the most frequent of the source."""
    shown: dict[str, list[str | None]] = {}
    for name in NAMES:
        if name in held:
            codes: Whole = records.texts(name).codes.astype(np.int64)
            shown[f"{BY_NAME}: {name}"] = _bands(codes)
    return shown


def _bands(codes: Whole) -> list[str | None]:
    sizes = np.bincount(codes[codes >= 0], minlength=1)
    ranks = np.empty(len(sizes) + 1, np.int64)
    ranks[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    ranks[-1] = -1
    return [
        None if rank < 0 else next((label for most, label in _FREQUENT if rank < most), _OTHERS)
        for rank in ranks[codes].tolist()
    ]


def _one_batch(records: pa.Table) -> pa.RecordBatch:
    whole = records.combine_chunks().to_batches()
    return whole[0] if whole else pa.RecordBatch.from_pylist([], schema=records.schema)

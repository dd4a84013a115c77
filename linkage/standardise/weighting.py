"""What a record counts for, and whether the other source should hold it."""

import math
from collections.abc import Callable, Iterator

import pyarrow as pa

from linkage.config.record_names import WEIGHT, findable
from linkage.config.schema import Source
from linkage.errors import DataError, Fault
from linkage.standardise.cleaners import Cleaner
from linkage.standardise.encoded import Encoded
from linkage.standardise.rules import Row


def weighting_cleaners(name: str, source: Source) -> Iterator[tuple[str, Cleaner]]:
    """Yield the source's columns that say these things, and how each becomes one of records."""
    if source.weight is not None:
        yield source.weight, Cleaner(WEIGHT, {WEIGHT: pa.float64()}, (), _weight(name, source))
    for column, values in source.findable.items():
        named = findable(column)
        yield column, Cleaner(named, {named: pa.bool_()}, (), _named(frozenset(values)))


def _weight(name: str, source: Source) -> Callable[[str], Row]:
    def weigh(raw: str) -> Row:
        try:
            weight = float(raw)
        except ValueError:
            weight = math.nan
        if not (math.isfinite(weight) and weight >= 0):
            raise _unweighted(name, source)
        return Row((weight,))

    return weigh


def _named(values: frozenset[str | None]) -> Callable[[str], Row]:
    return lambda raw: Row((raw in values,))


def require_weights(name: str, source: Source, columns: dict[str, Encoded]) -> None:
    """Prove that every record has a weight, where the source has weights.

    Raises
    ------
    DataError
        D326 when one has none.
    """
    if source.weight is not None and not columns[WEIGHT].filled.all():
        raise _unweighted(name, source)


def _unweighted(name: str, source: Source) -> DataError:
    message = f"{name}: column {source.weight} does not hold a weight in every row"
    fix = "a survey weight is a number not below 0; leave out rows without one by keep or drop"
    return DataError(Fault("D326", message, fix, file=source.path))

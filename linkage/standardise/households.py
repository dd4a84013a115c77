"""Of whom households are made up: of how many people, and of what ages.

The census tells households apart by who is related to whom (ONS, Census 2021 dictionary, household
composition), which records that share an identifier do not say. Their number and their ages they
do: so a household is alone or not, all of pensionable age or not, with a child or not.
"""

from collections.abc import Iterable
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.characteristics.standards import standard
from linkage.standardise.ages import age_on
from linkage.standardise.by_key import ByKey, comparable
from linkage.standardise.encoded import Encoded
from linkage.standardise.rules import Row
from linkage.standardise.stand_ins import stated_reason

CHILD, PENSIONER = 16, 66
"""Under the first a child, from the second on of pensionable age, as Census 2021 has them."""
_SIZES = np.array([1, 2, 5])
"""The largest household of each size but the last."""
_CHILD, _BETWEEN, _OLDER, _UNKNOWN = range(4)
_COUNTS = ("child", "between", "older", "unknown")
_DIGIT = r"[0-9]"

Ages = Encoded | None
_Counts = npt.NDArray[np.int64]


def households(batches: Iterable[tuple[Encoded, Ages]], on: date | None) -> ByKey:
    """Return the household of each identifier, from all the records of a source.

    Parameters
    ----------
    batches
        The identifiers of a batch of records and, where ``on`` is given, their dates of birth.
    on
        The day on which ages are taken; without it households are told apart by size only.

    Returns
    -------
    ByKey
        Whoever is born after ``on`` is no member yet. Where the age of a member is not known and
        matters, the composition is missing, ``not_answered``.
    """
    parts = [_counted(ids, born, on) for ids, born in batches]
    together = pa.concat_tables(parts).group_by("key", use_threads=False)
    counted = together.aggregate([(each, "sum") for each in _COUNTS])
    counts = np.column_stack([counted[f"{each}_sum"].to_numpy() for each in _COUNTS])
    if on is None:
        groups, codes = standard("household.size").groups, _size(counts)
    else:
        groups, codes = standard("household.composition").groups, _composition(counts)
    rows = [*(Row((group, None)) for group in groups), Row((None, "not_answered"))]
    places = np.where(codes < 0, len(groups), codes).astype(np.int32)
    return ByKey(counted["key"].combine_chunks(), pa.array(places), rows)


def _counted(ids: Encoded, born: Ages, on: date | None) -> pa.Table:
    """Return how many members of each age each household has in a batch."""
    keys = comparable(ids.values.cast(pa.string()))
    told = np.append(_told(keys), False)
    ages = _ages(born, on, len(ids.codes))
    here = told[ids.codes] & (ages >= 0)
    n = np.bincount(
        ids.codes[here].astype(np.int64) * len(_COUNTS) + ages[here],
        minlength=len(keys) * len(_COUNTS),
    ).reshape(len(keys), len(_COUNTS))
    (some,) = np.nonzero(n.sum(axis=1))
    columns = {name: n[some, at] for at, name in enumerate(_COUNTS)}
    return pa.table({"key": keys.take(pa.array(some)), **columns})


def _told(keys: pa.StringArray) -> npt.NDArray[np.bool_]:
    """Return which keys are identifiers, and no blank or word that says there is none."""
    told = np.array(pc.match_substring_regex(keys, _DIGIT), bool)
    for at in np.nonzero(~told)[0]:
        key = keys[at].as_py()
        told[at] = bool(key) and stated_reason(key) is None
    return told


def _ages(born: Ages, on: date | None, n: int) -> npt.NDArray[np.intp]:
    """Return the kind of age of each record, -1 for whoever is not born yet."""
    if born is None or on is None:
        return np.full(n, _UNKNOWN, np.intp)
    kinds = [_kind(day, on) for day in born.values.to_pylist()]
    return np.array([*kinds, _UNKNOWN], np.intp)[born.codes]


def _kind(born: date, on: date) -> int:
    age = age_on(born, on)
    if age is None:
        return -1 if born > on else _UNKNOWN
    return _CHILD if age < CHILD else _OLDER if age >= PENSIONER else _BETWEEN


def _size(counts: _Counts) -> npt.NDArray[np.intp]:
    """Return the place of each household's size in the list of sizes."""
    place: npt.NDArray[np.intp] = np.searchsorted(_SIZES, counts.sum(axis=1))
    return place


def _composition(counts: _Counts) -> npt.NDArray[np.intp]:
    """Return the place of each household in the list of compositions, -1 where it is not known.

    The list: one person of 66 and over, one other; more people all of 66 and over, with a child,
    without one.
    """
    n, (child, _, older, unknown) = counts.sum(axis=1), counts.T
    one = np.where(older == 1, 0, np.where(unknown == 1, -1, 1))
    open_ = unknown > 0
    several = np.where(child > 0, 3, np.where(open_, -1, np.where(older == n, 2, 4)))
    return np.where(n == 1, one, several)

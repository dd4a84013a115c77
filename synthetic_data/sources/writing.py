"""How a source writes values down: wrong and missing ones among them, in its formats and codes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkage.characteristics.missing import MISSING_REASONS, MissingReason
from synthetic_data.arrays import Codes, Flags, Texts, Whole, texts
from synthetic_data.people.vocabulary import NAMES
from synthetic_data.seeds import stream
from synthetic_data.sources.corrupting import Corruption, Values
from synthetic_data.sources.draws import Draws
from synthetic_data.sources.formats import DATES, dates
from synthetic_data.sources.labels import labels, reason_text
from synthetic_data.sources.mistakes import Mistakes, has_value, other_group
from synthetic_data.sources.tally import Stage
from synthetic_data.sources.values import CODED, Material
from synthetic_data.spec.schema import SourceSpec

_STAND_IN = np.datetime64("1900-01-01", "D")
_NO_POSTCODE = "ZZ99 3VZ"
_NINES = str.maketrans("012345678", "9" * 9)


def write(material: Material, mistakes: Mistakes, draws: Draws) -> dict[str, Texts]:
    """Return what the records say, by role: texts, None where there is nothing.

    Raises
    ------
    ValueError
        When a chance is over 1, or something is stated of what the source does not hold.
    """
    source, values = material.source, material.values()
    _held("missing", source.errors.missing, source.columns)
    reasons = {
        role: mistakes.missing(role, _in_order(rates), has_value(values[role]))
        for role, rates in source.errors.missing.items()
    }
    given = {role: reason < 0 for role, reason in reasons.items()}
    _wrong_groups(values, source, given, mistakes)
    corruption = Corruption(values, given, material.known.background, mistakes)
    corruption.make(source.errors.kinds)
    written = {role: _text(role, values[role], material, draws) for role in source.columns}
    for role, reason in reasons.items():
        stands = [missing_text(role, why, source) for why in _in_order(source.errors.missing[role])]
        written[role] = without(written[role], reason, stands)
    return written


def _in_order(rates: Mapping[MissingReason, float]) -> dict[MissingReason, float]:
    """Return the reasons in one order, however a specification lists them."""
    return {reason: rates[reason] for reason in MISSING_REASONS if reason in rates}


def _held(what: str, roles: Mapping[str, object], columns: Mapping[str, str]) -> None:
    for role in roles:
        if role not in columns:
            raise ValueError(f"{what} is stated of {role}, which the source does not hold")


def _wrong_groups(
    values: Values, source: SourceSpec, given: Mapping[str, Flags], mistakes: Mistakes
) -> None:
    """Record some people as of another group, in place."""
    rates = source.errors.wrong_group
    _held("wrong_group", rates, source.columns)
    for role, rate in rates.items():
        if role not in CODED:
            raise ValueError(f"{role} cannot be another group's, only {', '.join(CODED)}")
        stage, could = Stage("mistake", role, "wrong_group"), has_value(values[role])
        could &= given.get(role, could)
        rows = np.flatnonzero(mistakes.befalls(stage, rate, could))
        rng = mistakes.how(stage)
        values[role][rows] = other_group(values[role], rows, len(NAMES[role]), rng)
        mistakes.note(stage, rows)


def _text(role: str, values: NDArray[Any], material: Material, draws: Draws) -> Texts:
    """Return values as text, in the formats and codes of the source."""
    source = material.source
    if role in DATES:
        return dates(values, source.dates)
    if role not in CODED:
        return values
    # a person who can be called either of two things is called the same in every source
    purpose = f"list {source.lists.get(role)}"
    of_people = stream(draws.seed, purpose, draws.block).random(len(material.people.number))
    return labels(role, source).written(values, of_people[material.rows])


def missing_text(column: str, reason: MissingReason, source: SourceSpec) -> str | None:
    """Return what stands in a column where there is no value; None is a blank."""
    if column in DATES and reason in ("placeholder", "invalid"):
        stand_in = dates(np.array([_STAND_IN]), source.dates)[0]
        return str(stand_in if reason == "placeholder" else stand_in.translate(_NINES))
    if column == "postcode" and reason == "placeholder":
        return _NO_POSTCODE
    return reason_text(column, reason, source)


def without(values: Texts, reason: Codes, stands: list[str | None]) -> Texts:
    """Return the values with what ``stands`` there for a reason: positions in it, -1 for none."""
    rows = np.flatnonzero(reason >= 0)
    written = values.copy()
    written[rows] = texts(stands)[reason[rows]]
    return written


def column(values: Texts, order: Whole, *, upper_case: bool) -> pa.Array:
    """Return values as a column, in another order."""
    written = pa.array(values[order], type=pa.string())
    return pc.utf8_upper(written) if upper_case else written

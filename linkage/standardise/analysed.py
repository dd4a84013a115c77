"""Variables of analyses: carried beside what links, as numbers or as categories."""

import pyarrow as pa
import pyarrow.compute as pc

from linkage.config.analysis_settings import AnalysisVariable
from linkage.standardise.at_once import Known
from linkage.standardise.cleaners import Cleaner
from linkage.standardise.grouping import as_it_stands
from linkage.standardise.plain import number
from linkage.standardise.rules import Row

MISFIT = "misfit_"
"""What the name of the column begins with that says which values are not of the kind stated."""

_PLAIN_NUMBER = r"^-?\d{1,15}(\.\d{1,15})?$"


def analysed_cleaner(variable: AnalysisVariable) -> Cleaner:
    """Return how a variable's values become its standardised column, and which do not fit."""
    missing = frozenset(code.strip().upper() for code in variable.missing)
    name, binary = variable.standardised, variable.kind == "binary"
    if variable.kind == "category":
        columns = {name: pa.string(), f"{MISFIT}{name}": pa.string()}
        return Cleaner(name, columns, (), lambda raw: _category(raw, missing))
    columns = {name: pa.float64(), f"{MISFIT}{name}": pa.string()}
    at_once = None if missing or binary else _plain_numbers
    return Cleaner(name, columns, (), lambda raw: _number(raw, missing, binary), at_once)


def _category(raw: str, missing: frozenset[str]) -> Row:
    value, _ = as_it_stands(raw).values
    return Row((None if raw.strip().upper() in missing else value, None))


def _number(raw: str, missing: frozenset[str], binary: bool) -> Row:
    if raw.strip().upper() in missing:
        return Row((None, None))
    value, reason = number(raw).values
    if binary and isinstance(value, float) and value not in {0.0, 1.0}:
        value, reason = None, "invalid"
    return Row((value, "invalid" if reason == "invalid" else None))


def _plain_numbers(values: pa.StringArray) -> Known:
    """Know numbers in plain digits: value, and that it fits."""
    where = pc.match_substring_regex(values, _PLAIN_NUMBER)
    found = values.filter(where).cast(pa.float64())
    return Known(where, (found, pa.nulls(len(found), pa.string())))

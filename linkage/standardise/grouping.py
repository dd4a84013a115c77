"""Characteristics of a record: the group it belongs to, or the reason why that is not known."""

from collections.abc import Callable, Mapping
from functools import partial

import pyarrow as pa

from linkage.characteristics.standards import Standard, standard
from linkage.config.schema import Group, MissingVariable, Source
from linkage.standardise.areas import area_lookup
from linkage.standardise.by_key import ByKey, not_a_key
from linkage.standardise.cleaners import Cleaner
from linkage.standardise.rules import Row
from linkage.standardise.sex import sex
from linkage.standardise.stand_ins import stated_reason
from linkage.standardise.text import normalise_unicode, single_spaces

_SEXES = {"F": "Female", "M": "Male", "X": "Other"}


def columns_of(name: str) -> dict[str, pa.DataType]:
    """Return the columns of a characteristic: the group, and why it is missing."""
    return {f"group_{name}": pa.string(), f"missing_group_{name}": pa.string()}


def group_cleaner(name: str, group: Group, source: Source) -> Cleaner:
    """Return how the values of a group's column become ``group_<name>``.

    Raises
    ------
    DataError
        When they are to be looked up in a file that cannot be used.
    """
    read = _with_meanings(group.values, _reading(group, source))
    if group.lookup is None:
        return Cleaner(f"group_{name}", columns_of(name), (), read)
    return by_key_cleaner(name, area_lookup(name, group.lookup, read))


def by_key_cleaner(name: str, found: ByKey) -> Cleaner:
    """Return how keys, of areas or households, become ``group_<name>``."""
    return Cleaner(f"group_{name}", columns_of(name), (), not_a_key, found.at_once)


def _with_meanings(values: Mapping[str, str], read: Callable[[str], Row]) -> Callable[[str], Row]:
    """Return how a value is read that may be a code: what it means is read in its place."""
    if not values:
        return read
    meanings = {code.strip().upper(): meaning for code, meaning in values.items()}
    return lambda raw: read(meanings.get(raw.strip().upper(), raw))


def _reading(group: Group, source: Source) -> Callable[[str], Row]:
    if group.harmonised is None:
        return as_it_stands
    if group.harmonised == "sex":
        return partial(by_sex, codes=_sex_codes(group, source))
    return partial(by_standard, harmonised=standard(group.harmonised))


def _sex_codes(group: Group, source: Source) -> Mapping[str, str]:
    """Return the source's codes for sex, where the group is made of the column of that role."""
    role = source.columns.get("sex")
    return (role.codes or {}) if role is not None and role.column == group.column else {}


def as_it_stands(raw: str) -> Row:
    """Return a value as it was written, but for spaces, and the missing reason."""
    value = single_spaces(normalise_unicode(raw))
    if not value:
        return Row((None, "not_answered"))
    reason = stated_reason(value)
    return Row((None if reason else value, reason))


def by_sex(raw: str, codes: Mapping[str, str]) -> Row:
    """Return Female, Male or Other and the missing reason.

    The census code 1 is Female where health systems write 1 for male, so a digit is read by the
    source's own ``codes`` only.
    """
    letter, reason = sex(raw, codes).values
    return Row((None if letter is None else _SEXES[str(letter)], reason))


def by_standard(raw: str, harmonised: Standard) -> Row:
    """Return the group of a harmonised list that a code or label means, and the missing reason."""
    if not raw.strip():
        return Row((None, "not_answered"))
    if group := harmonised.group(raw):
        return Row((group, None))
    return Row((None, harmonised.missing_reason(raw) or stated_reason(raw) or "unknown_code"))


def variable_cleaner(variable: MissingVariable) -> Cleaner:
    """Return how a variable's values become ``missing_variable_<column>``: the reason, if any."""
    reasons = {code.strip().upper(): reason for code, reason in variable.reasons.items()}
    values = {code.strip().upper() for code in variable.values}

    def why(raw: str) -> Row:
        code = raw.strip().upper()
        if not code:
            return Row(("not_answered",))
        if code in values:
            return Row((None,))
        unknown = "unknown_code" if values else None
        return Row((reasons.get(code) or stated_reason(raw) or unknown,))

    name = f"missing_variable_{variable.column}"
    return Cleaner(name, {name: pa.string()}, (), why)

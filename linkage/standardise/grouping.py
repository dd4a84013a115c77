"""Characteristics of a record: the group it belongs to, or the reason why that is not known."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

import pyarrow as pa

from linkage.characteristics import MissingReason
from linkage.characteristics.bands import Bands
from linkage.characteristics.standards import Standard, standard
from linkage.config.schema import Group, MissingVariable, Source
from linkage.standardise.cleaners import Cleaner
from linkage.standardise.rules import Row
from linkage.standardise.sex import sex
from linkage.standardise.stand_ins import stated_reason
from linkage.standardise.text import normalise_unicode, single_spaces

OLDEST = 120
_SEXES = {"F": "Female", "M": "Male", "X": "Other"}


def group_cleaner(name: str, group: Group, source: Source) -> Cleaner:
    """Return how the values of a group's column become ``group_<name>``."""
    columns = {f"group_{name}": pa.string(), f"missing_group_{name}": pa.string()}
    return Cleaner(f"group_{name}", columns, (), _reading(group, source))


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
    return Row((None, harmonised.missing_reason(raw) or stated_reason(raw) or "invalid"))


def age_bands(group: Group) -> Bands:
    """Return the bands of an age group, the extra ones kept apart.

    Raises
    ------
    ValueError
        When the group's standard is not a list of ages.
    """
    found = standard(group.harmonised or "").bands
    if found is None:
        raise ValueError(f"{group.harmonised} holds no bands of age")
    return found.split(group.split)


def age_group(born: date, on: date, ages: Bands) -> tuple[str | None, MissingReason | None]:
    """Return the band of the age on a day; who was born later has none, and over 120 is no age."""
    if born > on:
        return None, "does_not_apply"
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return (None, "invalid") if age > OLDEST else (ages.band(age), None)


def age_cleaner(name: str, group: Group) -> Cleaner:
    """Return how ISO dates of birth become ``group_<name>``."""
    columns = {f"group_{name}": pa.string(), f"missing_group_{name}": pa.string()}
    on, ages = group.on, age_bands(group)
    if on is None:
        raise ValueError("an age needs the day on which it is taken")
    return Cleaner(
        f"group_{name}",
        columns,
        (),
        lambda raw: Row(age_group(date.fromisoformat(raw), on, ages)),
    )


def variable_cleaner(variable: MissingVariable) -> Cleaner:
    """Return how a variable's values become ``missing_variable_<column>``: the reason, if any."""
    reasons = {code.strip().upper(): reason for code, reason in variable.reasons.items()}

    def why(raw: str) -> Row:
        if not raw.strip():
            return Row(("not_answered",))
        return Row((reasons.get(raw.strip().upper()) or stated_reason(raw),))

    name = f"missing_variable_{variable.column}"
    return Cleaner(name, {name: pa.string()}, (), why)

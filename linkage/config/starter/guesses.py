"""What a file's columns may be, judged by their names and by what stands in them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from linkage.config.date_formats import formats_for, order_is_open, unread
from linkage.config.schema import Csv
from linkage.config.starter import role_names
from linkage.config.starter.samples import Sample, Sampled, sample
from linkage.standardise.postcodes import uk_postcode

_MOST = 0.5
_NEARLY_ALL = 0.8
_SHARED = 0.5
_NEARLY_UNIQUE = 0.9
_WORTH_A_FORMAT = 0.01
_ORIGINS = ("column", "day", "month", "year")
_JUDGED = 400
_FEW_CODES = 12


@dataclass(frozen=True)
class Role:
    """A column that seems to hold a role: what to write of it, and what to ask the reader."""

    settings: Mapping[str, object]
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guess:
    """What a file seems to hold. ``left_out`` says of a column why it is not used."""

    path: Path
    table: str | None
    csv: Csv
    id: str
    id_is_unique: bool
    roles: Mapping[str, Role]
    characteristics: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()


def guess(paths: Sequence[Path]) -> list[Guess]:
    """Read the first rows of each file and return what they seem to hold.

    Raises
    ------
    DataError
        When a file cannot be read.
    """
    samples = [sample(path) for path in paths]
    shared = _shared_identifiers(samples)
    return [_guess(each, shared) for each in samples]


def _guess(found: Sample, shared: frozenset[str]) -> Guess:
    identifier = _identifier(found.columns)
    suspect = {
        column.name: why
        for column in found.columns
        if column.name != identifier.name and (why := _suspicion(column, shared))
    }
    usable = [c for c in found.columns if c.name not in suspect and c.name != identifier.name]
    roles = dict(_roles(usable))
    used = {role.settings.get(key) for role in roles.values() for key in _ORIGINS}
    free = [column for column in usable if column.name not in used]
    characteristics = [c.name for c in free if role_names.looks_like_characteristic(c.name)]
    return Guess(
        path=found.path,
        table=found.table,
        csv=found.csv,
        id=identifier.name,
        id_is_unique=identifier.is_unique,
        roles=roles,
        characteristics=tuple(characteristics),
        left_out=suspect,
        others=tuple(c.name for c in free if c.name not in characteristics),
    )


def _identifier(columns: Sequence[Sampled]) -> Sampled:
    """Return the column that identifies a row: unique, and best one whose name says so."""

    def rank(column: Sampled) -> tuple[bool, bool, bool]:
        return (
            not column.is_unique,
            role_names.looks_like_truth(column.name),
            not role_names.looks_like_identifier(column.name),
        )

    return min(columns, key=rank)


def _suspicion(column: Sampled, shared: frozenset[str]) -> str:
    """Return why a column should not be used to link; empty for one that may."""
    if role_names.role_of(column.name):
        return ""
    if role_names.looks_like_truth(column.name):
        return "its name suggests that it gives away who is who"
    if column.name in shared:
        return "an identifier that the files share would give away who is who"
    if role_names.looks_like_identifier(column.name):
        return "an identifier, and no property of a person"
    return ""


def _shared_identifiers(samples: Sequence[Sample]) -> frozenset[str]:
    """Return columns with nearly as many values as rows, most of which another file holds too."""
    seen: dict[str, list[frozenset[str]]] = {}
    for each in samples:
        for column in each.columns:
            if _could_identify(column):
                seen.setdefault(column.name, []).append(frozenset(column.texts))
    return frozenset(
        name
        for name, values in seen.items()
        if any(
            len(one & other) > _SHARED * min(len(one), len(other))
            for at, one in enumerate(values)
            for other in values[at + 1 :]
        )
    )


def _could_identify(column: Sampled) -> bool:
    """Say whether nearly every row has a value of its own, and it is one word, as a number is."""
    distinct = len(column.texts) > _NEARLY_UNIQUE * column.filled > 0
    return distinct and _share(column, lambda text: " " not in text) > _NEARLY_ALL


def _roles(columns: Sequence[Sampled]) -> Iterator[tuple[str, Role]]:
    """Yield each role once, for the first column that fits it."""
    found: dict[str, Role] = {}
    for column in columns:
        for role in _candidates(column):
            if role not in found and (fitting := _fitting(role, column)) is not None:
                found[role] = fitting
                break
    if "date_of_birth" not in found:
        found |= dict(_date_in_parts(columns))
    yield from found.items()


def _candidates(column: Sampled) -> Iterator[str]:
    """Yield the roles that the name, or failing that the values, suggest."""
    if named := role_names.role_of(column.name):
        yield named
    elif _share(column, lambda text: "@" in text) > _NEARLY_ALL:
        yield "email"
    elif _share(column, _is_uk_postcode) > _NEARLY_ALL:
        yield "postcode"


def _fitting(role: str, column: Sampled) -> Role | None:
    """Return how the column is written as ``role``; None when its values cannot be that."""
    plain = Role({"column": column.name})
    if not column.filled:
        return None
    if role == "date_of_birth":
        return plain if column.real_date else _date(column)
    if role == "sex":
        return _sex(column)
    if role == "postcode":
        uk = _share(column, _is_uk_postcode) > _MOST
        return plain if uk else Role({"column": column.name, "style": "plain"})
    return plain


def _date(column: Sampled) -> Role | None:
    formats = _formats(column.texts)
    if not formats or sum(unread(column.texts, formats).values()) > _MOST * column.filled:
        return None
    asked = []
    if order_is_open(column.texts, formats):
        asked.append("CHECK: day and month could as well stand the other way round")
    if any("%y" in each for each in formats):
        asked.append("two-digit years up to 29 are read as 2000-2029, the others as 1930-1999")
    written = formats[0] if len(formats) == 1 else list(formats)
    return Role({"column": column.name, "format": written}, tuple(asked))


def _formats(texts: Mapping[str, int]) -> tuple[str, ...]:
    """Return the formats that read the column: those of its most frequent texts, then the rest."""
    formats: tuple[str, ...] = ()
    left = dict(texts)
    while sum(left.values()) > _WORTH_A_FORMAT * sum(texts.values()):
        more, share = formats_for(left)
        if share < _MOST or set(more) <= set(formats):
            break
        formats = tuple(dict.fromkeys((*formats, *more)))
        left = unread(left, formats)
    return formats


def _sex(column: Sampled) -> Role | None:
    digits = sorted(text.strip() for text in column.texts if text.strip().isdecimal())
    if len(column.texts) > _FEW_CODES and len(digits) > _FEW_CODES:
        return None
    if not digits:
        return Role({"column": column.name})
    meant = {"1": "M", "2": "F"}
    codes = {digit: meant.get(digit, "not_stated") for digit in digits[:_FEW_CODES]}
    asked = "CHECK the codes: 1 is male in health systems and female in the 2021 census"
    return Role({"column": column.name, "codes": codes}, (asked,))


def _date_in_parts(columns: Iterable[Sampled]) -> Iterator[tuple[str, Role]]:
    parts: dict[str, object] = {}
    for column in columns:
        if part := role_names.date_part_of(column.name):
            parts.setdefault(part, column.name)
    if parts.keys() == {"day", "month", "year"}:
        yield "date_of_birth", Role({part: parts[part] for part in ("day", "month", "year")})


def _share(column: Sampled, test: Callable[[str], bool]) -> float:
    """Return the share of rows whose text passes, judged on the most frequent texts."""
    judged = column.texts.most_common(_JUDGED)
    rows = sum(n for _, n in judged)
    return sum(n for text, n in judged if test(text)) / rows if rows else 0.0


def _is_uk_postcode(text: str) -> bool:
    return uk_postcode(text).values[0] is not None

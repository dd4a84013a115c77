"""The conditions of levels, read as a tree whose leaves are cheap to ask of many pairs at once.

A leaf that is recognised is answered from codes and from what is known of each distinct value; any
other, such as a user's own SQL, is answered by the database as it stands. A condition counts as
false where it is NULL, at every leaf as at the root: AND and OR of such truth values are true just
where SQL's are. NOT stays inside a leaf.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

_NAME = r'"((?:[^"]|"")+)_(l|r)"'
_EQUAL = re.compile(rf"{_NAME} = {_NAME}")
_DIFFER = re.compile(rf"{_NAME} <> {_NAME}")
_DICE = re.compile(
    rf"2\.0 \* bit_count\({_NAME}::BIT & {_NAME}::BIT\) >= ([0-9.]+) "
    r'\* \(bit_count\("\1_\2"::BIT\) \+ bit_count\("\3_\4"::BIT\)\)'
)
_MISSING = re.compile(rf"{_NAME} IS NULL")
_SIMILAR = re.compile(rf"jaro_winkler_similarity\({_NAME}, {_NAME}\) >= ([0-9.]+)")
_EDITS = re.compile(rf"damerau_levenshtein\({_NAME}, {_NAME}\) <= (\d+)")
_LENGTHS = re.compile(rf"abs\(length\({_NAME}\) - length\({_NAME}\)\) <= (\d+)")
_WORDS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|\s+|.""", re.DOTALL)
_READ = re.compile(r"""'(?:[^']|'')*'|"((?:[^"]|"")+)"|(\w+)""")
_HOLDS_AND = {"BETWEEN", "CASE", "$", "-", "/"}
"""Where these stand, an AND may be part of something else, or a comment may hide one."""


@dataclass(frozen=True)
class Equal:
    """Both sides hold the same value; names carry their side, as ``surname_l``."""

    one: str
    other: str


@dataclass(frozen=True)
class Differ:
    """Both sides hold a value, and not the same one."""

    one: str
    other: str


@dataclass(frozen=True)
class Missing:
    """There is no value."""

    name: str


@dataclass(frozen=True)
class Similar:
    """The Jaro-Winkler similarity of two texts (Winkler 1990) is at ``least`` so much."""

    one: str
    other: str
    least: float


@dataclass(frozen=True)
class Edits:
    """Two texts are at ``most`` so many edits apart (Damerau-Levenshtein, in bytes)."""

    one: str
    other: str
    most: int


@dataclass(frozen=True)
class Dice:
    """The Dice coefficient of two filters' bits (Dice 1945) is at ``least`` so much.

    As a fraction, because the database reckons in decimals, in which no bound is rounded.
    """

    one: str
    other: str
    least: Fraction


@dataclass(frozen=True)
class OfValue:
    """SQL that reads one column of one side: it is asked once a distinct value."""

    sql: str
    name: str


@dataclass(frozen=True)
class Sql:
    """SQL that is asked of every pair, from the columns ``names``."""

    sql: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Both:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Either:
    """At least one part holds."""

    parts: tuple["Condition", ...]


Condition = Equal | Differ | Missing | Similar | Edits | Dice | OfValue | Sql | Both | Either

_RANKS: dict[type, int] = {
    Equal: 0,
    Differ: 0,
    Missing: 0,
    OfValue: 0,
    Edits: 1,
    Similar: 2,
    Dice: 2,
    Sql: 3,
}


def read_condition(sql: str, held: Mapping[str, pa.DataType]) -> Condition:
    """Return ``sql`` as a tree; its columns, without their side, are those of ``held``."""
    for word, kind in (("OR", Either), ("AND", Both)):
        pieces = _split(sql, word)
        if len(pieces) > 1:
            pieces = _without_implied(pieces) if kind is Both else pieces
            parts = tuple(read_condition(piece, held) for piece in pieces)
            return kind(_cheapest_first(parts)) if len(parts) > 1 else parts[0]
    inside = _unwrapped(sql)
    return _leaf(sql.strip(), held) if inside is None else read_condition(inside, held)


def leaves(condition: Condition) -> Iterator[Condition]:
    """Yield the leaves of a tree."""
    if isinstance(condition, Both | Either):
        for part in condition.parts:
            yield from leaves(part)
    else:
        yield condition


def cost(condition: Condition) -> int:
    """Say how dear a condition is: 0 of numbers alone, 1 to 3 for edits, likeness and SQL."""
    return max(_RANKS[type(leaf)] for leaf in leaves(condition))


def names_in(sql: str, held: Collection[str]) -> tuple[str, ...]:
    """Return which columns of either side ``sql`` reads: ``surname_l``.

    Names are found whether or not they are quoted, in any case, as DuckDB finds them.
    """
    sides = {f"{column}_{side}".lower(): f"{column}_{side}" for column in held for side in "lr"}
    found = (quoted.replace('""', '"') or bare for quoted, bare in _READ.findall(sql))
    return tuple(dict.fromkeys(sides[name.lower()] for name in found if name.lower() in sides))


def _cheapest_first(parts: Sequence[Condition]) -> tuple[Condition, ...]:
    return tuple(sorted(parts, key=cost))


def _split(sql: str, at_word: str) -> list[str]:
    """Split ``sql`` at every ``at_word`` that stands outside brackets and quotes."""
    pieces, depth, start, at = [], 0, 0, 0
    for word in _WORDS.findall(sql):
        depth += (word in "([{") - (word in ")]}") if len(word) == 1 else 0
        if depth == 0 and word.upper() in _HOLDS_AND and _is_risky(sql, word, at):
            return [sql]
        if depth == 0 and word.upper() == at_word:
            pieces.append(sql[start:at])
            start = at + len(word)
        at += len(word)
    return [*pieces, sql[start:]]


def _is_risky(sql: str, word: str, at: int) -> bool:
    """Say whether a word opens what must not be split: a minus or a slash alone does not."""
    return word not in "-/" or sql[at : at + 2] in {"--", "/*"}


def _unwrapped(sql: str) -> str | None:
    """Return what stands in the brackets around the whole of ``sql``; None without such."""
    text = sql.strip()
    if not text.startswith("("):
        return None
    depth, at = 0, 0
    for word in _WORDS.findall(text):
        depth += (word == "(") - (word == ")")
        at += len(word)
        if depth == 0:
            return text[1:-1] if at == len(text) else None
    return None


def _without_implied(pieces: Sequence[str]) -> list[str]:
    """Drop the look at lengths beside a distance: texts so near are no further apart in length."""
    near = {_sides(found) for piece in pieces if (found := _EDITS.fullmatch(piece.strip()))}
    return [
        piece
        for piece in pieces
        if (found := _LENGTHS.fullmatch(piece.strip())) is None or _sides(found) not in near
    ]


def _sides(found: re.Match[str]) -> tuple[str, ...]:
    return tuple(found.groups())


def _leaf(sql: str, held: Mapping[str, pa.DataType]) -> Condition:
    return (
        _of_codes(sql, held) or _of_texts(sql, held) or _of_filters(sql, held) or _of_sql(sql, held)
    )


def _of_codes(sql: str, held: Mapping[str, pa.DataType]) -> Condition | None:
    for pattern, kind in ((_EQUAL, Equal), (_DIFFER, Differ)):
        if found := pattern.fullmatch(sql):
            (one, other), kinds = _names(found), _kinds(found, held)
            return kind(one, other) if None not in kinds and kinds[0] == kinds[1] else None
    found = _MISSING.fullmatch(sql)
    return Missing(*_names(found)) if found and None not in _kinds(found, held) else None


def _of_texts(sql: str, held: Mapping[str, pa.DataType]) -> Condition | None:
    for pattern in (_SIMILAR, _EDITS):
        found = pattern.fullmatch(sql)
        if found and all(kind == pa.string() for kind in _kinds(found, held)):
            one, other = _names(found)
            limit = found.groups()[-1]
            if pattern is _EDITS:
                return Edits(one, other, int(limit))
            return Similar(one, other, float(limit))
    return None


def _of_filters(sql: str, held: Mapping[str, pa.DataType]) -> Condition | None:
    found = _DICE.fullmatch(sql)
    if found and all(kind == pa.binary() for kind in _kinds(found, held)):
        one, other = _names(found)
        return Dice(one, other, Fraction(found.groups()[-1]))
    return None


def _of_sql(sql: str, held: Mapping[str, pa.DataType]) -> Condition:
    names = names_in(sql, held)
    return OfValue(sql, names[0]) if len(names) == 1 else Sql(sql, names)


def _names(found: re.Match[str]) -> list[str]:
    """Return the columns of a recognised leaf, with their sides."""
    return [f"{column}_{side}" for column, side in _columns(found)]


def _kinds(found: re.Match[str], held: Mapping[str, pa.DataType]) -> list[pa.DataType | None]:
    return [held.get(column) for column, _ in _columns(found)]


def _columns(found: re.Match[str]) -> list[tuple[str, str]]:
    groups = found.groups()
    return [(groups[i].replace('""', '"'), groups[i + 1]) for i in range(0, len(groups) - 1, 2)]

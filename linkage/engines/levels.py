"""Levels made cheap: the same truth values as splink's conditions, for less work a pair.

A condition is rewritten where, and only where, its meaning stays the same whatever stands around
it: text is compared for equality by its code, a similarity that several levels ask for is measured
once, and an edit distance is computed only where lengths and letters leave it in doubt. What is
not recognised, such as a user's own SQL, is evaluated as it stands.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from linkage.model.comparisons import Comparison, equal
from linkage.sql import identifier

CODE, FREQUENCY = "#", "%"
"""What the column of a text's code, and of its -log2 term frequency, is called before its name."""

NOTHING = "0.0::DOUBLE"
"""A weight of 0; without its type it would be a DECIMAL."""

_MEASURE = "similarity of "
_NAME = r'"(?:[^"]|"")+"'
_SIDE = r'"((?:[^"]|"")+)_(l|r)"'
_WHOLE = r"(?:^|(?<=\()|(?<=AND )|(?<=OR )){}(?=$|\)| AND | OR )"
"""A condition of its own, no part of a longer expression such as ``"x_l" = "x_r" || 'A'``."""
_EQUAL = re.compile(_WHOLE.format(rf"{_SIDE} = {_SIDE}"))
_MISSING = re.compile(_WHOLE.format(rf"{_SIDE} IS NULL"))
_SIMILARITY = re.compile(rf"jaro_winkler_similarity\({_SIDE}, {_SIDE}\)")
_ONE_EDIT = re.compile(
    _WHOLE.format(
        rf"(?:abs\(length\(({_NAME})\) - length\(({_NAME})\)\) <= 1 AND "
        rf"(?=damerau_levenshtein\(\1, \2\)))?damerau_levenshtein\({_SIDE}, {_SIDE}\) <= 1"
    )
)
_NAMES = re.compile(r"""'(?:[^']|'')*'|"((?:[^"]|"")+)"|(\w+)""")
_CALL = re.compile(r"\b(?!(?:coalesce|abs|date_diff)\()[a-z_]+\(|\|\||\[")


@dataclass(frozen=True)
class Compiled:
    """A comparison as the engine evaluates it.

    ``gamma`` is SQL for its level; ``measures`` are the columns that it reads beside those of the
    records, with their SQL; ``cheap`` says that nothing in it takes longer than comparing numbers.
    ``missing`` and ``top`` are SQL for "not compared" and for the strictest level where that is
    cheap to ask, else None.
    """

    comparison: Comparison
    gamma: str
    measures: dict[str, str]
    cheap: bool
    missing: str | None
    top: str | None

    @property
    def cost(self) -> int:
        """How many functions of text it calls at most: the order of evaluation."""
        return sum(len(_CALL.findall(text)) for text in (self.gamma, *self.measures.values()))


def compiled(comparison: Comparison, coded: Collection[str]) -> Compiled:
    """Return ``comparison`` with its levels made cheap; ``coded`` columns have a code."""
    measures: dict[str, str] = {}
    cases, conditions = [], {}
    for gamma, sql in comparison.conditions():
        conditions[gamma] = _rewritten(sql, coded, measures)
        cases.append(f"WHEN {conditions[gamma]} THEN {gamma}")
    texts = [*conditions.values(), *measures.values()]
    top = conditions.get(len(comparison.scored) - 1)
    missing = conditions.get(-1)
    return Compiled(
        comparison,
        f"(CASE {' '.join(cases)} ELSE 0 END)",
        measures,
        cheap=not any(_CALL.search(text) for text in texts),
        missing=_if_cheap(missing),
        top=_if_cheap(top),
    )


def _if_cheap(condition: str | None) -> str | None:
    """Return a condition that asks of codes and numbers alone; None for any other."""
    if condition is None or _CALL.search(condition) or _MEASURE in condition:
        return None
    return condition


def read_by(texts: Iterable[str], held: Collection[str]) -> tuple[str, ...]:
    """Return which columns of either side the SQL ``texts`` read: ``surname_l``, ``#surname_l``.

    Names are found whether or not they are quoted, in any case, as DuckDB finds them.
    """
    sides = {
        f"{kind}{column}_{side}"
        for column in held
        for kind in ("", CODE, FREQUENCY)
        for side in ("l", "r")
    }
    by_lower = {side.lower(): side for side in sides}
    found: dict[str, None] = {}
    for text in texts:
        for quoted, bare in _NAMES.findall(text):
            name = (quoted.replace('""', '"') or bare).lower()
            if name in by_lower:
                found[by_lower[name]] = None
    return tuple(found)


def _rewritten(sql: str, coded: Collection[str], measures: dict[str, str]) -> str:
    sql = _SIMILARITY.sub(lambda found: _measured(*_named(found), coded, measures), sql)
    sql = _ONE_EDIT.sub(lambda found: _one_edit(*_named(found), coded, measures), sql)
    sql = _EQUAL.sub(lambda found: _equal(found, coded), sql)
    return _MISSING.sub(lambda found: _is_null(found, coded), sql)


def _named(found: re.Match[str]) -> tuple[str, str]:
    a, side_a, b, side_b = found.groups()[-4:]
    return f"{a}_{side_a}", f"{b}_{side_b}"


def _code(name: str) -> str:
    return f'"{CODE}{name}"'


def _is_coded(name: str, coded: Collection[str]) -> bool:
    return name[:-2].replace('""', '"') in coded


def _equal(found: re.Match[str], coded: Collection[str]) -> str:
    one, other = _named(found)
    if _is_coded(one, coded) and _is_coded(other, coded):
        return f"{_code(one)} = {_code(other)}"
    return found[0]


def _is_null(found: re.Match[str], coded: Collection[str]) -> str:
    name = f"{found[1]}_{found[2]}"
    return f"{_code(name)} IS NULL" if _is_coded(name, coded) else found[0]


def _measured(one: str, other: str, coded: Collection[str], measures: dict[str, str]) -> str:
    """Measure a similarity once a pair, and not where the codes say that it is 1."""
    call = f'jaro_winkler_similarity("{one}", "{other}")'
    if not (_is_coded(one, coded) and _is_coded(other, coded)):
        return call
    name = f"{_MEASURE}{one} and {other}"
    same = f'{_code(one)} = {_code(other)} AND strlen("{one}") > 0'
    measures[name] = f"CASE WHEN {same} THEN 1.0 ELSE {call} END"
    return f'"{name}"'


def _one_edit(one: str, other: str, coded: Collection[str], measures: Collection[str]) -> str:
    """Return whether two texts are at most one edit apart, looking closer step by step.

    Of one length (in bytes, which is what is edited), one edit changes a byte or swaps two
    neighbours, so that at most two places differ. Of lengths one apart no swap can help, and the
    plain distance, which is several times faster, says the same. Other lengths are too far.

    Where their similarity is measured anyway, texts of four bytes and more that are alike by less
    than .7 are more than a byte apart: with one byte put in, all n others match within the window,
    at most half of them out of order, so that Jaro's similarity is at least
    (1 + n / (n + 1) + 1/2) / 3, which is .75 for n = 3, and Winkler's is no less.
    """
    a, b = f'"{one}"', f'"{other}"'
    both = _is_coded(one, coded) and _is_coded(other, coded)
    same = f"{_code(one)} = {_code(other)}" if both else f"{a} = {b}"
    name = f"{_MEASURE}{one} and {other}"
    unlike = f'WHEN "{name}" < 0.7 AND strlen({a}) > 3 AND strlen({b}) > 3 THEN FALSE '
    return (
        f"(CASE WHEN {same} THEN TRUE WHEN strlen({a}) = strlen({b}) THEN "
        f"CASE WHEN hamming({a}, {b}) <= 2 THEN damerau_levenshtein({a}, {b}) < 2 ELSE FALSE END "
        f"WHEN abs(strlen({a}) - strlen({b})) > 1 THEN FALSE {unlike if name in measures else ''}"
        f"ELSE levenshtein({a}, {b}) < 2 END)"
    )


def frequency(comparison: Comparison) -> dict[int, str]:
    """Return SQL, by gamma, for the -log2 term frequency of the levels that carry one.

    The commoner of the two values counts, as in splink; where the level asks that they be equal,
    there is but one.
    """
    found = {}
    conditions = dict(comparison.conditions())
    for gamma, column in comparison.term_frequency_levels().items():
        sides = [identifier(f"{FREQUENCY}{column}_{side}") for side in ("l", "r")]
        said = conditions.get(gamma, "")
        one_value = equal(column) in said and " OR " not in said
        found[gamma] = sides[0] if one_value else f"least({sides[0]}, {sides[1]})"
    return found


def frequency_sums(comparisons: Sequence[Comparison], without: Collection[str]) -> tuple[str, str]:
    """Return SQL for ``log2_tf`` and ``log2_tf_household``, from gammas called g0, g1, ...

    The second is over family and place comparisons alone; those that read a column of ``without``
    are in neither.
    """
    counted = [k for k, c in enumerate(comparisons) if not set(c.columns) & set(without)]
    shared = [k for k in counted if comparisons[k].family or comparisons[k].place]
    return _frequency_sum(comparisons, counted), _frequency_sum(comparisons, shared)


def _frequency_sum(comparisons: Sequence[Comparison], chosen: Sequence[int]) -> str:
    terms = [
        f"CASE WHEN g{k} = {gamma} THEN coalesce({worth}, {NOTHING}) ELSE {NOTHING} END"
        for k in chosen
        for gamma, worth in frequency(comparisons[k]).items()
    ]
    return " + ".join(terms) or NOTHING

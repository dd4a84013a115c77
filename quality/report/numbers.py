"""How a number is written for a reader, settled before any HTML is made."""

from dataclasses import dataclass
from math import floor, log10
from typing import Literal

MINUS = "\N{MINUS SIGN}"

Mark = Literal["c", "u", "x"]

SHORTHAND: dict[Mark, str] = {
    "c": "suppressed to protect confidentiality: this figure, what is left over from it (such as "
    "the records without a link), or another that could be worked out from it rests on few people; "
    "the group itself may be large",
    "u": "too few to tell: the interval reaches too far to a side for its figure to be read alone",
    "x": "not available: nothing in this run gives it",
}
"""What the shorthand in a cell means, printed under every table that uses it."""


@dataclass(frozen=True)
class Cell:
    """What one cell of a table shows: its text, and the number behind it where there is one.

    ``value`` holds no more digits than ``text``, so that what is not printed cannot be read from
    the data file beside the page either.
    """

    text: str
    value: float | int | None = None
    mark: Mark | None = None


def too_few(figure: Cell) -> Cell:
    """Return a figure with the mark of one that is not to be read without its interval."""
    return Cell(f"{figure.text} [u]", figure.value, "u")


def words(text: str) -> Cell:
    """Return a cell of plain words."""
    return Cell(text)


SUPPRESSED = Cell("suppressed [c]", mark="c")
SUPPRESSED_LIMIT = Cell("[c]", mark="c")
TOO_FEW = Cell("[u]", mark="u")
NOT_AVAILABLE = Cell("[x]", mark="x")


def count(n: float) -> Cell:
    """Return a count with its thousands apart: 12,345."""
    return Cell(f"{round(n):,}", round(n))


def pairs(n: float) -> Cell:
    """Return a count of pairs to three significant figures: pairs are not people."""
    return count(significant(n))


def significant(n: float, figures: int = 3) -> int:
    """Round ``n`` to so many significant figures.

    Examples
    --------
    >>> significant(123456), significant(7)
    (123000, 7)
    """
    if n == 0:
        return 0
    places = min(0, figures - 1 - floor(log10(abs(n))))
    return int(round(n, places))


def percent(share: float) -> Cell:
    """Return a share as a percentage with one decimal, never rounded to a false 0 or 100.

    Examples
    --------
    >>> percent(0.9575).text, percent(0.99997).text, percent(0.0001).text, percent(1).text
    ('95.8%', 'over 99.9%', 'under 0.1%', '100.0%')
    """
    if 0.9995 <= share < 1:
        return Cell("over 99.9%", 0.9995)
    if 0 < share < 0.0005:
        return Cell("under 0.1%", 0.0005)
    tenths = _half_up(share * 1000)
    return Cell(f"{tenths / 10:.1f}%", tenths / 1000)


def points(difference: float) -> Cell:
    """Return a difference of two shares in percentage points, with its sign.

    Examples
    --------
    >>> points(0.0723).text, points(0.0004).text
    ('+7.2', '0.0')
    """
    tenths = _half_up(abs(difference) * 1000)
    if tenths == 0:
        return Cell("0.0", 0.0)
    sign = MINUS if difference < 0 else "+"
    return Cell(f"{sign}{tenths / 10:.1f}", (-1 if difference < 0 else 1) * tenths / 1000)


def unsigned_points(difference: float) -> Cell:
    """Return the size of a difference in percentage points, without its sign.

    Examples
    --------
    >>> unsigned_points(-0.0723).text
    '7.2'
    """
    cell = points(abs(difference))
    return Cell(cell.text.lstrip("+"), cell.value)


def probability(p: float) -> Cell:
    """Return a probability with three significant figures and no exponent.

    Examples
    --------
    >>> probability(0.95312).text, probability(0.0000123456).text, probability(1e-12).text
    ('0.953', '0.0000123', 'under 0.0000001')
    """
    if 0 < p < 1e-7:
        return Cell("under 0.0000001", 1e-7)
    if p in {0, 1}:
        return Cell(f"{p:.0f}", p)
    places = 2 - floor(log10(p))
    text = f"{p:.{places}f}"
    return Cell(text, float(text))


def weight(w: float) -> Cell:
    """Return a match weight with one decimal and its sign: +9.3."""
    rounded = round(w, 1)
    if rounded == 0:
        return Cell("0.0", 0.0)
    return Cell(f"{MINUS if w < 0 else '+'}{abs(rounded):.1f}", rounded)


def thousandths(value: float) -> Cell:
    """Return a plain number with three decimals: 0.881."""
    return Cell(f"{value:.3f}", round(value, 3))


def signed(value: float) -> Cell:
    """Return a plain number with three decimals and its sign.

    Examples
    --------
    >>> signed(0.0123).text, signed(0.0001).text
    ('+0.012', '0.000')
    """
    rounded = round(value, 3)
    if rounded == 0:
        return Cell("0.000", 0.0)
    return Cell(f"{MINUS if value < 0 else '+'}{abs(rounded):.3f}", rounded)


def _half_up(value: float) -> int:
    return floor(value + 0.5 + 1e-9)  # 95.75 % is 95.8 %, though its float lies just below

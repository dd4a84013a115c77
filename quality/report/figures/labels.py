"""Labels in a figure: SVG does not wrap text, so the lines are made here."""

import unicodedata
from dataclasses import dataclass

LINE = 18.0
"""Height of one line of text."""

_NARROW, _WIDE = 0.56, 1.0  # shares of the type size, of a plain sans serif
_SIZE = 15.0


@dataclass(frozen=True)
class Label:
    """Text at a place. ``x, y`` is the baseline of its first line."""

    x: float
    y: float
    lines: tuple[str, ...]


def text_width(text: str) -> float:
    """Return about how wide ``text`` is drawn; generous, so that labels do not run into marks."""
    return sum(_SIZE * _share(character) for character in text)


def wrap(text: str, width: float, most: int = 3) -> tuple[str, ...]:
    """Break ``text`` into at most ``most`` lines of ``width``, the last cut short if it must be.

    The table beside every figure holds the whole label.

    Examples
    --------
    >>> wrap("Aged 20 to 29 years", 90)
    ('Aged 20 to', '29 years')
    """
    lines: list[str] = []
    for word in text.split():
        for piece in _pieces(word, width):
            joined = f"{lines[-1]} {piece}" if lines else piece
            if lines and text_width(joined) <= width:
                lines[-1] = joined
            else:
                lines.append(piece)
    if len(lines) <= most:
        return tuple(lines) or ("",)
    return (*lines[: most - 1], _shortened(lines[most - 1], width))


def centred(x: float, y: float, lines: tuple[str, ...]) -> Label:
    """Return the label whose lines stand centred about the height ``y``."""
    return Label(x, round(y - LINE * (len(lines) - 1) / 2 + 5, 1), lines)


def _share(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    return _WIDE if unicodedata.east_asian_width(character) in "WF" else _NARROW


def _pieces(word: str, width: float) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and text_width(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _shortened(line: str, width: float) -> str:
    while line and text_width(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip()}…"

"""A name written in another way: hyphens, spaces, apostrophes, Mac, marks, one surname of two.

Each function takes the text, and where there are several ways a number from 0 to 1 that says which.
It returns the text itself where there is none.
"""

import re
import unicodedata

from synthetic_data.confusions import one_of

_SEAM = re.compile(r"(?<=\w)[-' \u2019](?=\w)|\bMa?c(?=[A-Z])|\bMC(?=[A-Z]{2})")
_INSTEAD = {
    "-": ("", " "),
    " ": ("", "-"),
    "'": ("", " "),
    "\u2019": ("", " "),
    "Mc": ("Mac", "Mc "),
    "MC": ("MAC", "MC "),
    "Mac": ("Mc", "Mac "),
}
_PART = re.compile(r"[^\W\d_]{3,}")
_PLAIN = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D"}
    | {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH", "\u0131": "i"}
)


def joined_or_parted(text: str, chance: float) -> str:
    """Return ``text`` with a hyphen, space or apostrophe left out or another put, or Mac for Mc."""
    changes = [
        (seam.start(), seam.end(), new)
        for seam in _SEAM.finditer(text)
        for new in _INSTEAD[seam.group()]
    ]
    return one_of(changes, text, chance)


def one_of_two(text: str, chance: float) -> str:
    """Return one part of a surname of several; particles such as "de" and "van" are no parts."""
    parts = [part for part in _PART.findall(text) if part[0].isupper()]
    return parts[int(chance * len(parts))] if len(parts) > 1 else text


def unaccented(text: str) -> str:
    """Return ``text`` in letters without marks."""
    if text.isascii():
        return text
    parted = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def truncated(text: str, chance: float) -> str:
    """Return the first letters of ``text``: at least half of them, all but one at most."""
    shortest = (len(text) + 1) // 2
    return text[: shortest + int(chance * (len(text) - shortest))].rstrip() or text

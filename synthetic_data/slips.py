"""Slips of the hand: what becomes of one value when a key is missed, hit twice, or hit beside.

Every slip takes the text and two numbers from 0 to 1, which say where it happens and what is hit.
It returns the text itself where it cannot happen.
"""

from collections.abc import Callable, Mapping
from functools import cache

from synthetic_data.confusions import table


@cache
def near() -> Mapping[str, str]:
    """Return the keys around each key: digits around digits, small letters around small letters.

    Capitals have capitals around them.
    """
    rows, starts = table("keyboard")["rows"], table("keyboard")["starts"]
    places = {
        key: (row, start + column)
        for row, (keys, start) in enumerate(zip(rows, starts, strict=True))
        for column, key in enumerate(keys)
    }
    around = {
        key: "".join(
            other
            for other, its_place in places.items()
            if key.isdigit() == other.isdigit() and _touch(place, its_place)
        )
        for key, place in places.items()
    }
    return around | {key.upper(): keys.upper() for key, keys in around.items()}


def _touch(one: tuple[int, float], other: tuple[int, float]) -> bool:
    """Return whether two keys, each a row and a place in it, lie side by side or partly above."""
    rows, places = abs(one[0] - other[0]), abs(one[1] - other[1])
    return (rows == 0 and places == 1) or (rows == 1 and places < 1)


def neighbour(text: str, place: float, other: float) -> str:
    """Return ``text`` with the key beside one hit in its place."""
    at = _place(text, place, near().__contains__)
    return text if at is None else text[:at] + _beside(text[at], other) + text[at + 1 :]


def inserted(text: str, place: float, other: float) -> str:
    """Return ``text`` with the key beside one hit as well."""
    at = _place(text, place, near().__contains__)
    return text if at is None else text[: at + 1] + _beside(text[at], other) + text[at + 1 :]


def omitted(text: str, place: float, _other: float) -> str:
    """Return ``text`` without one letter or digit of at least two."""
    at = _place(text, place, str.isalnum)
    left = "" if at is None else text[:at] + text[at + 1 :]
    return left if any(map(str.isalnum, left)) else text


def doubled(text: str, place: float, _other: float) -> str:
    """Return ``text`` with a letter or digit written twice."""
    at = _place(text, place, str.isalnum)
    return text if at is None else text[: at + 1] + text[at:]


def transposed(text: str, place: float, _other: float) -> str:
    """Return ``text`` with two unlike neighbours swapped; a capital first letter stays one."""
    low = text.lower() if text.isascii() else text
    can = [at for at in range(len(low) - 1) if low[at] != low[at + 1]]
    if not can:
        return text
    at = can[int(place * len(can))]
    swapped = text[at + 1] + text[at]
    if text.isascii() and text[at].isupper() and text[at + 1].islower():
        swapped = swapped.capitalize()
    return text[:at] + swapped + text[at + 2 :]


_SLIPS = (neighbour, inserted, omitted, doubled, transposed)


def mistyped(text: str, kind: float, place: float, other: float) -> str:
    """Return ``text`` with one of the slips, each as likely; with another if that one cannot be."""
    first = int(kind * len(_SLIPS))
    for step in range(len(_SLIPS)):
        slipped = _SLIPS[first - step](text, place, other)
        if slipped != text:
            return slipped
    return text


def _place(text: str, chance: float, fits: Callable[[str], bool]) -> int | None:
    """Return a place whose letter fits, each as likely; None if there is none."""
    drawn = chance * len(text)
    at = int(drawn)
    if fits(text[at]):
        return at
    places = [at for at, letter in enumerate(text) if fits(letter)]
    return places[int((drawn - at) * len(places))] if places else None


def _beside(key: str, chance: float) -> str:
    keys = near()[key]
    return keys[int(chance * len(keys))]

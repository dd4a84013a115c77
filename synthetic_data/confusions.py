"""What a value may be taken for: by a machine that reads it, a person who copies or hears it.

Each function takes the text and a number from 0 to 1, which says which of its confusions happens:
every one as likely. It returns the text itself where there is none.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from synthetic_data.parameters import document_of

_DOUBLE_OR_SINGLE = re.compile(r"([^\W\d_])\1|(?<=[aeiou])[bdfglmnprst](?=[aeiouy])")

Change = tuple[int, int, str]
"""Where what is changed begins and ends, and what is put there."""

Confusions = Mapping[str, Sequence[tuple[str, int, str]]]
"""By the first two letters of what is confused, or its only one: that, its length, and what for."""


def misread(text: str, chance: float) -> str:
    """Return what a scanner may read for ``text``."""
    return one_of(_changes(text, "look_alike"), text, chance)


def letter_for_digit(text: str, chance: float) -> str:
    """Return ``text`` with a letter for the digit of its shape, or the other way about."""
    return one_of(_changes(text, "letter_for_digit"), text, chance)


def misheard(text: str, chance: float) -> str:
    """Return another spelling of the sound of ``text``, in capitals as it is.

    A capital within, as in McKay, belongs to no sound, so that what it begins is left alone.
    """
    capitals = text.isupper()
    low = text.lower() if capitals else text[:1].lower() + text[1:]
    marked = f"^{low}$"
    changes = _changes(marked, "sound_alike")
    for at in _DOUBLE_OR_SINGLE.finditer(marked):
        changes.append((at.start(), at.end(), at[1] or 2 * at[0]))
    spelt = one_of(changes, marked, chance)[1:-1]
    if spelt in {low, ""}:
        return text
    if capitals:
        return spelt.upper()
    return spelt[0].upper() + spelt[1:] if text[0].isupper() else spelt


def one_of(changes: Sequence[Change], text: str, chance: float) -> str:
    """Return ``text`` with one of the changes made; with none if there are none."""
    if not changes:
        return text
    start, end, new = changes[int(chance * len(changes))]
    return text[:start] + new + text[end:]


def _changes(text: str, name: str) -> list[Change]:
    """Return all that may be changed in ``text``, wherever it stands."""
    confusions = _confusions(name)
    ended = f"{text}\n"  # so that two letters are two at the end as well
    return [
        (at, at + length, new)
        for at, letter in enumerate(text)
        for key in (letter, ended[at : at + 2])
        if key in confusions
        for old, length, new in confusions[key]
        if length < 3 or text.startswith(old, at)
    ]


@cache
def table(name: str) -> Mapping[str, Any]:
    """Return one section of ``data/confusions.yaml``."""
    section: Mapping[str, Any] = document_of("data/confusions.yaml")[name]
    return section


@cache
def _confusions(name: str) -> Confusions:
    pairs = _pairs(table(name)["both_ways"])
    pairs += [(new, old) for old, new in pairs]
    pairs += _pairs(table(name).get("one_way", {}))
    found: dict[str, list[tuple[str, int, str]]] = {}
    for old, new in pairs:
        found.setdefault(old[:2], []).append((old, len(old), new))
    return found


def _pairs(written: Mapping[str, str]) -> list[tuple[str, str]]:
    found = (pair.partition("/") for line in written.values() for pair in line.split())
    return [(old, new) for old, _, new in found]

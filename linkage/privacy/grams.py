"""What a filter holds of a value: the bigrams of a text, the steps around a number."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Whole = npt.NDArray[np.int64]

_CHARACTER = 21
"""Bits that hold any character of Unicode."""

_SPACE = ord(" ")

AROUND = 7
"""Steps on each side of a number that its filter holds."""


_FAR = 2.0**52
"""Steps that are counted: beyond, neighbouring numbers are not told apart."""


@dataclass(frozen=True)
class Grams:
    """The parts of values, one value after the other.

    ``parts`` are positions in ``names``; those of value i stand from ``starts[i]`` to
    ``starts[i + 1]``.
    """

    parts: Whole
    starts: Whole
    names: tuple[bytes, ...]


def bigrams(values: pa.StringArray) -> Grams:
    """Return the bigrams of texts, each word with a space before and behind it.

    Word by word: in another order, or with one word left out, the words that both hold still agree.
    """
    lines = "\n".join(f" {each} ".replace(" ", "  ")[1:-1] for each in values.to_pylist())
    characters = np.frombuffer(f"{lines}\n".encode("utf-32-le"), np.uint32).astype(np.int64)
    first, second = characters[:-1], characters[1:]
    within = (first != ord("\n")) & (second != ord("\n"))
    within &= (first != _SPACE) | (second != _SPACE)
    owners = np.cumsum(first == ord("\n"))[within]
    codes, parts = np.unique((first << _CHARACTER | second)[within], return_inverse=True)
    names = tuple(_pair(int(code)).encode() for code in codes)
    return Grams(parts, _starts(owners, len(values)), names)


def ngrams(values: Sequence[str], n: int, positional: bool) -> Grams:
    """Return the n-grams of texts that are not empty, as clkhash takes them.

    n - 1 spaces stand before and behind the whole; ``positional``: each n-gram has its place, from
    1, and a space before it.
    """
    padding = " " * (n - 1)
    texts = [f"{padding}{each}{padding}" for each in values]
    lengths = np.array([len(text) for text in texts], np.int64)
    line = "".join(texts)
    counts = lengths - n + 1
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    at = np.repeat(np.cumsum(lengths) - lengths, counts) + place
    characters = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), np.uint32).astype(
        np.int64
    )
    codes = place if positional else np.zeros_like(place)
    for ahead in range(n):
        codes = np.unique(codes << _CHARACTER | characters[at + ahead], return_inverse=True)[1]
    _, first, parts = np.unique(codes, return_index=True, return_inverse=True)
    names = (
        f"{place[i] + 1} {line[at[i] : at[i] + n]}" if positional else line[at[i] : at[i] + n]
        for i in first.tolist()
    )
    return Grams(parts, _ends(counts), tuple(name.encode() for name in names))


def neighbours(values: pa.StringArray, step: float) -> Grams:
    """Return the whole steps around numbers: two that are d steps apart share all but d of 15."""
    numbers = pc.cast(values, pa.float64()).to_numpy()
    nearest = np.floor(np.clip(numbers / step, -_FAR, _FAR) + 0.5).astype(np.int64)
    around = nearest[:, None] + np.arange(-AROUND, AROUND + 1)
    codes, parts = np.unique(around, return_inverse=True)
    starts = np.arange(len(values) + 1) * around.shape[1]
    return Grams(parts.reshape(-1), starts, tuple(b"%d" % code for code in codes))


def _pair(code: int) -> str:
    return chr(code >> _CHARACTER) + chr(code & ((1 << _CHARACTER) - 1))


def _starts(owners: Whole, n: int) -> Whole:
    return _ends(np.bincount(owners, minlength=n))


def _ends(counts: Whole) -> Whole:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])

"""What is done to a Bloom filter so that its bits do not tell of single bigrams.

A way of hardening that leaves equal values equal does nothing against an attack that aligns
frequencies: docs/explanation/encodings.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
"""(values, words): bit j of a filter is bit ``j % 64`` of word ``j // 64``."""

_ONE, _LAST = np.uint64(1), np.uint64(63)


@dataclass(frozen=True)
class Hardening:
    """A way of hardening: ``before / after`` is the ratio of the filter's lengths."""

    harden: Callable[[Words, bytes], Words]
    before: int = 1
    after: int = 1


def rule90(words: Words, key: bytes) -> Words:
    """Return the XOR of each bit's two neighbours on a circle (Schnell and Borgs 2016)."""
    up = (words << _ONE) | (np.roll(words, 1, axis=1) >> _LAST)
    down = (words >> _ONE) | (np.roll(words, -1, axis=1) << _LAST)
    return np.bitwise_xor(up, down, dtype=np.uint64)


def balanced(words: Words, key: bytes) -> Words:
    """Return the filter beside its complement, the bits in an order that the key gives.

    Every filter has half of its bits set (Schnell and Borgs 2016).
    """
    both = np.concatenate([words, ~words], axis=1)
    bits = np.unpackbits(both.view(np.uint8), axis=1, bitorder="little")
    seed = int.from_bytes(key, "little")
    order = np.random.Generator(np.random.PCG64(seed)).permutation(bits.shape[1])
    packed = np.packbits(bits[:, order], axis=1, bitorder="little")
    return np.ascontiguousarray(packed).view(np.uint64)


def folded(words: Words, key: bytes) -> Words:
    """Return the XOR of the filter's halves (Schnell and Borgs 2016)."""
    half = words.shape[1] // 2
    return words[:, :half] ^ words[:, half:]


HARDENINGS: dict[str, Hardening] = {
    "rule90": Hardening(rule90),
    "balanced": Hardening(balanced, before=1, after=2),
    "fold": Hardening(folded, before=2, after=1),
}
"""By the name that a schema gives them."""


def length_before(bits: int, names: Sequence[str]) -> int:
    """Return the length of a filter that has ``bits`` once it is hardened."""
    for name in reversed(names):
        way = HARDENINGS[name]
        bits = bits * way.before // way.after
    return bits


def hardened(words: Words, names: Sequence[str], key: bytes) -> Words:
    """Return filters hardened in every way that is named, in order."""
    for name in names:
        words = HARDENINGS[name].harden(words, key)
    return words

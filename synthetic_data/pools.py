"""Pools of names, and how the weights in them come from laws, percentages and waves."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synthetic_data.arrays import Floats, Texts, Whole, texts

_FIRST_YEAR, _YEARS = 1900, 3
_PERIODS = 44  # of three years each: to 2031
_RARE = 0.0003
"""The share of births up to which a first name counts as rare."""
_LEAST_REST = 0.05
"""What the names without a figure have together, where the figures leave less than that."""


@dataclass(frozen=True)
class Pool:
    """Names, and how often each is drawn.

    ``weights`` has a row for each period of birth, or one row where the year does not matter;
    each row sums to one.
    """

    names: Texts
    weights: Floats
    edges: Floats

    @staticmethod
    def of(names: Sequence[str], weights: Floats) -> "Pool":
        """Return a pool; ``weights`` of shape (names) or (periods, names), of any sum."""
        rows = np.atleast_2d(weights)
        rows = rows / rows.sum(axis=1, keepdims=True)
        # One rising line through all periods, so that one search serves every birth year.
        edges = np.cumsum(rows, axis=1, dtype=np.float64) + np.arange(len(rows))[:, None]
        return Pool(texts(names), np.asarray(rows, dtype=np.float64), edges.ravel())

    def draw(self, rng: np.random.Generator, size: int, birth_year: Whole | None = None) -> Texts:
        """Return ``size`` names, for those born in ``birth_year`` where the pool goes by it."""
        period: Whole | int = 0
        if len(self.weights) > 1 and birth_year is not None:
            period = np.clip((birth_year - _FIRST_YEAR) // _YEARS, 0, len(self.weights) - 1)
        found = np.searchsorted(self.edges, period + rng.random(size), side="right")
        last = len(self.names) - 1
        drawn: Texts = self.names[np.clip(found - period * len(self.names), 0, last)]
        return drawn


def first_names(written: Mapping[str, Any], listed: str) -> Pool:
    """Return the first names of the list ``female`` or ``male`` of a background's file."""
    names = [*split_names(written[listed]), *_parts(written.get("first_parts"))]
    names += _in_no_order(written, listed)
    names, weights = _by_law(names, written["law"]["first"])
    waves = written.get("waves")
    if waves is None:
        return Pool.of(names, weights)
    known, shares = _waves(waves[listed])
    shares = shares / written.get("percent_of", 1.0)
    # Rare names stand for the many that no list holds: they get what is left over.
    rest = np.maximum(1 - shares.sum(axis=1, keepdims=True), _LEAST_REST)
    others = np.tile(_RARE * weights / weights.max(), (len(shares), 1))
    rare = np.hstack([np.minimum(shares, _RARE), others])
    of_rest = rest * rare / rare.sum(axis=1, keepdims=True)
    return Pool.of([*known, *names], np.hstack([shares, np.zeros_like(others)]) + of_rest)


def surnames(written: Mapping[str, Any]) -> Pool:
    """Return the surnames of a background's file."""
    names = [*split_names(written["surnames"]), *_parts(written.get("surname_parts"))]
    names += _in_no_order(written, "surnames")
    names, weights = _by_law(names, written["law"]["surname"])
    known = [
        (name, share)
        for share, those in written.get("percent", {}).items()
        for name in split_names(those)
    ]
    if not known:
        return Pool.of(names, weights)
    shares = np.asarray([[share / 100 for _, share in known]])
    return _with_rest(
        [name for name, _ in known], shares / written.get("percent_of", 1.0), names, weights
    )


def _with_rest(known: list[str], shares: Floats, others: list[str], weights: Floats) -> Pool:
    """Return a pool where ``others`` divide what the known shares leave over, period by period."""
    taken = set(known)
    kept = np.asarray([name not in taken for name in others], dtype=bool)
    rest = np.maximum(1 - shares.sum(axis=1, keepdims=True), _LEAST_REST)
    weights = weights[kept] / weights[kept].sum()
    names = [*known, *(name for name in others if name not in taken)]
    return Pool.of(names, np.hstack([shares, rest * weights]))


def _by_law(names: list[str], law: Mapping[str, float]) -> tuple[list[str], Floats]:
    """Return the distinct names with the weights of a Zipf-Mandelbrot law of their rank."""
    distinct = list(dict.fromkeys(names))
    ranks = np.arange(1, len(distinct) + 1)
    return distinct, np.power(ranks + law["shift"], -law["skew"], dtype=np.float64)


def _waves(written: str) -> tuple[list[str], Floats]:
    """Return names and their shares of births by period: the sum of a name's waves."""
    shares: dict[str, Floats] = {}
    middle = _FIRST_YEAR + _YEARS * (np.arange(_PERIODS) + 0.5)
    for each in written.split(","):
        name, when, percent = each.split()
        peak, spread = map(float, when.split("/"))
        wave = float(percent) / 100 * np.exp(-0.5 * ((middle - peak) / spread) ** 2)
        shares[name] = shares.get(name, 0.0) + wave
    return list(shares), np.stack(list(shares.values()), axis=1)


def _in_no_order(written: Mapping[str, Any], listed: str) -> list[str]:
    """Return names listed by the alphabet in an order that has nothing to do with it."""
    names = split_names(written.get("more", {}).get(listed, ""))
    return sorted(names, key=lambda name: zlib.crc32(name.encode()))


def _parts(written: Mapping[str, str] | None) -> list[str]:
    """Return names made of every start with every end, in an order that mixes them."""
    if written is None:
        return []
    starts, ends = written["starts"].split(), written["ends"].split()
    return [
        start + (end.capitalize() if start.endswith("-") else end)
        for shift in range(len(ends))
        for position, start in enumerate(starts)
        for end in [ends[(position + shift) % len(ends)]]
    ]


def in_proportion(written: str) -> Pool:
    """Return a pool of names, each with what it is to the others: ``Begum 12, Khatun 3``."""
    pairs = [each.strip().partition(" ") for each in written.split(",")]
    shares = np.asarray([float(share or 1) for _, _, share in pairs], dtype=np.float64)
    return Pool.of([name for name, _, _ in pairs], shares)


def split_names(written: str) -> list[str]:
    """Return the names of a list; a name of two words is written with an underscore."""
    return [name.replace("_", " ") for name in written.split()]

"""Hardening that can be undone is."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.privacy.attack.undoing import bits_of, undone
from linkage.privacy.encoder import encode
from linkage.privacy.keys import Key
from linkage.privacy.schema import Filter, Schema

NAMES = [a + b for a in ("SMI", "JON", "WIL", "PAT") for b in ("TH", "ES", "SON", "EL", "LEY")]


def _filters(names: list[str], harden: tuple[str, ...], key: Key) -> tuple[pa.Table, Filter]:
    column = Filter("n", "n", 15, harden, (), (0.8,))
    records = pa.table({"n": pa.array(names, pa.string())})
    return encode(records, Schema("p", "standard", "1", (column,)), key), column


def test_rule_90_is_undone_to_the_bit(key: Key) -> None:
    sparse = (np.random.default_rng(1).random((50, 512)) < 0.2).astype(np.uint8)
    hardened = np.roll(sparse, 1, axis=1) ^ np.roll(sparse, -1, axis=1)
    assert (undone(hardened, ("rule90",)) == sparse).all()


def test_rule_90_as_the_encoder_makes_it_leaves_filters_as_sparse_as_before(key: Key) -> None:
    hardened, column = _filters(NAMES, ("rule90",), key)
    bits = undone(bits_of(hardened, column)[0], ("rule90",))
    plain = bits_of(*_filters(NAMES, (), key))[0]
    assert bits.mean() == pytest.approx(plain.mean(), abs=0.01)
    again = np.roll(bits, 1, axis=1) ^ np.roll(bits, -1, axis=1)
    assert (again == bits_of(hardened, column)[0]).all()


def test_balancing_is_undone_to_a_half_that_is_seldom_set(key: Key) -> None:
    sparse = (np.random.default_rng(2).random((400, 256)) < 0.2).astype(np.uint8)
    order = np.random.default_rng(3).permutation(512)
    bits = undone(np.concatenate([sparse, 1 - sparse], axis=1)[:, order], ("balanced",))
    assert bits.shape == (400, 256)
    assert sorted(map(bytes, bits.T)) == sorted(map(bytes, sparse.T))


def test_missing_filters_are_told_apart(key: Key) -> None:
    encoded, column = _filters(["SMITH", ""], (), key)
    assert bits_of(encoded, column)[1].tolist() == [True, False]

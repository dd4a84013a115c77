"""Ways of hardening, each against its definition written out bit by bit."""

import numpy as np
import pytest

from linkage.privacy.hardening import HARDENINGS, hardened, length_before

KEY = bytes(range(32))


def bits_of(words):
    return np.unpackbits(words.view(np.uint8), axis=1, bitorder="little").astype(bool)


@pytest.fixture
def words():
    return np.random.default_rng(1).integers(0, 2**64, (20, 8), dtype=np.uint64)


def test_rule_90_is_the_xor_of_the_neighbours_on_a_circle(words):
    bits = bits_of(words)
    expected = [[row[j - 1] ^ row[(j + 1) % 512] for j in range(512)] for row in bits]
    assert (bits_of(hardened(words, ("rule90",), KEY)) == expected).all()


def test_balanced_filters_have_half_of_their_bits_set_in_an_order_of_the_key(words):
    made = hardened(words[:, :4], ("balanced",), KEY)
    assert (bits_of(made).sum(axis=1) == 256).all()
    assert (made == hardened(words[:, :4], ("balanced",), KEY)).all()
    assert (made != hardened(words[:, :4], ("balanced",), KEY[::-1])).any()
    one, other = bits_of(words[:, :4])[:2]
    apart = bits_of(made)[0] ^ bits_of(made)[1]
    assert apart.sum() == 2 * (one ^ other).sum()


def test_a_fold_is_the_xor_of_the_halves(words):
    bits = bits_of(words)
    assert (bits_of(hardened(words, ("fold",), KEY)) == bits[:, :256] ^ bits[:, 256:]).all()


@pytest.mark.parametrize("way", HARDENINGS)
def test_equal_filters_stay_equal(words, way):
    words[1] = words[0]
    made = hardened(words, (way,), KEY)
    assert (made[0] == made[1]).all()


@pytest.mark.parametrize(
    ("ways", "before"),
    [
        ((), 512),
        (("rule90",), 512),
        (("balanced",), 256),
        (("fold",), 1024),
        (("fold", "balanced"), 512),
    ],
)
def test_length_before_hardening(ways, before):
    assert length_before(512, ways) == before
    words = np.zeros((1, before // 64), np.uint64)
    assert hardened(words, ways, KEY).shape == (1, 8)

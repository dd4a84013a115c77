"""Filters: against the recipe written out for one value, and Dice worked out by hand."""

from hashlib import blake2b, shake_128
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from linkage.privacy import filters
from linkage.privacy.filters import Hashing, Salted, bloom, positions_of, salted
from linkage.privacy.grams import bigrams, neighbours, ngrams

KEY = bytes(range(32))


def texts(grams):
    ends = zip(grams.starts[:-1], grams.starts[1:], strict=True)
    return [[grams.names[part].decode() for part in grams.parts[a:b]] for a, b in ends]


def ones(words):
    bits = np.unpackbits(words.astype("<u8").view(np.uint8), axis=1, bitorder="little")
    return [set(np.flatnonzero(row).tolist()) for row in bits]


def dice(one, other):
    return 2 * len(one & other) / (len(one) + len(other))


def by_hand(name, shares, length=512):
    """The positions of one padded word: bigram by bigram, digest by digest."""
    padded = f" {name} "
    found = set()
    for i, k in enumerate(shares):
        gram = padded[i : i + 2].encode()
        digests = b"".join(
            blake2b(gram, key=KEY, salt=b"%d" % block).digest() for block in range(4)
        )
        found |= {int(each) % length for each in np.frombuffer(digests, "<u2")[:k]}
    return found


def test_bigrams_are_padded_and_taken_word_by_word():
    values = pa.array(["ANN", "ANN LI", "LI ANN", "É", "李 明"])
    made = texts(bigrams(values))
    assert made[0] == [" A", "AN", "NN", "N "]
    assert made[1] == [" A", "AN", "NN", "N ", " L", "LI", "I "]
    assert sorted(made[1]) == sorted(made[2])
    assert made[3] == [" É", "É "]
    assert made[4] == [" 李", "李 ", " 明", "明 "]


def test_n_grams_of_another_tool_are_padded_as_a_whole():
    assert texts(ngrams(["AB C"], 2, False)) == [[" A", "AB", "B ", " C", "C "]]
    assert texts(ngrams(["AB", "B"], 1, True)) == [["1 A", "2 B"], ["1 B"]]
    assert texts(ngrams(["AB"], 3, False)) == [["  A", " AB", "AB ", "B  "]]


@pytest.mark.parametrize(("other", "shared"), [("100.4", 15), ("102", 14), ("110", 10), ("140", 0)])
def test_near_numbers_share_most_of_the_steps_around_them(other, shared):
    first, second = texts(neighbours(pa.array(["100", other]), 2.0))
    assert len(first) == len(second) == 15
    assert len(set(first) & set(second)) == shared


def test_numbers_beyond_counting_are_encoded_all_the_same():
    assert len(texts(neighbours(pa.array(["1e300", "-1e300"]), 0.001))[0]) == 15


def test_a_filter_sets_what_the_recipe_says():
    grams = bigrams(pa.array(["SMITH", "LI"]))
    smith, li = ones(bloom(positions_of(grams, Hashing(KEY, 512, 15)), 512))
    assert smith == by_hand("SMITH", [15] * 6)
    assert li == by_hand("LI", [15] * 3)


def test_parts_share_out_the_bits_of_a_value():
    grams = bigrams(pa.array(["SMITH", "X", "A" * 130]))
    smith, x, long = ones(bloom(positions_of(grams, Hashing(KEY, 512, 0, 100)), 512))
    assert smith == by_hand("SMITH", [17, 17, 17, 17, 16, 16])
    assert x == by_hand("X", [50, 50])
    assert long == by_hand("A" * 130, [1] * 100 + [0] * 31)


def test_dice_of_two_names_is_that_of_their_bigrams_but_for_bits_in_common():
    # SMITH and SMYTH share " S", "SM", "TH" and "H " of 6 bigrams each: Dice 8 / 12
    values = pa.array(["SMITH", "SMYTH", "JONES"])
    alike, unlike = [], []
    for seed in range(60):
        hashing = Hashing(bytes([seed]) * 32, 512, 15)
        smith, smyth, jones = ones(bloom(positions_of(bigrams(values), hashing), 512))
        alike.append(dice(smith, smyth))
        unlike.append(dice(smith, jones))
    # bits that fall together by chance: expected Dice of independent sets of 90 draws of 512 bits
    fill = 1 - (1 - 1 / 512) ** 90
    shared = 1 - (1 - 1 / 512) ** 60
    apart = 1 - (1 - 1 / 512) ** 30
    both = shared + (1 - shared) * apart**2
    assert np.mean(alike) == pytest.approx(both / fill, abs=0.01)
    assert np.mean(unlike) == pytest.approx(fill, abs=0.015)


def drawn(salt, length=512):
    """The function of a salt, byte by byte."""
    digest = shake_128(KEY + salt.encode()).digest(576 if length == 512 else 2 * length)
    if length != 512:
        return [int(each) % length for each in np.frombuffer(digest, "<u2")]
    above = np.unpackbits(np.frombuffer(digest[512:], np.uint8))
    return [digest[i] + 256 * int(above[i]) for i in range(512)]


def test_a_salt_moves_each_position_by_a_function_of_its_own():
    positions = positions_of(bigrams(pa.array(["SMITH"])), Hashing(KEY, 512, 15))
    names = pa.array(["1980", "1981", "ÅRHUS"])
    asked = Salted(positions, np.array([0, 0, 0]), np.array([0, 1, 2]))
    made = ones(salted([asked], names, KEY, 512)[0])
    for salt, found in zip(names.to_pylist(), made, strict=True):
        function = drawn(salt)
        assert found == {function[i] for i in by_hand("SMITH", [15] * 6)}


def test_filters_under_different_salts_have_nothing_in_common_but_chance():
    values = pa.array(["SMITH"])
    positions = positions_of(bigrams(values), Hashing(KEY, 512, 0, 120))
    names = pa.array([str(year) for year in range(1900, 2000)])
    asked = Salted(positions, np.zeros(100, int), np.arange(100))
    made = ones(salted([asked], names, KEY, 512)[0])
    between = [dice(one, other) for one, other in pairwise(made)]
    assert np.mean(between) == pytest.approx(np.mean([len(each) for each in made]) / 512, abs=0.01)


@pytest.mark.parametrize("at_once", [1, 2, 3, 1000])
@pytest.mark.parametrize("length", [256, 512, 1024])
def test_columns_under_the_same_salts_are_made_part_by_part(monkeypatch, at_once, length):
    monkeypatch.setattr(filters, "_AT_ONCE", at_once)
    names = pa.array([f"salt {i}" for i in range(7)])
    surnames, first_names = (
        positions_of(bigrams(pa.array(each)), Hashing(KEY, length, 0, 40))
        for each in (["SMITH", "SMYTHE", "LI"], ["ANN", "ZOË"])
    )
    one = Salted(surnames, np.array([2, 0, 1, 0, 2]), np.array([0, 3, 3, 3, 6]))
    other = Salted(first_names, np.array([0, 1, 1]), np.array([2, 3, 5]))
    made = salted([one, other], names, KEY, length)
    for asked, words in zip([one, other], made, strict=True):
        assert ones(words) == [
            {drawn(names[salt].as_py(), length)[position] for position in asked.positions[value]}
            for value, salt in zip(asked.values, asked.salts, strict=True)
        ]

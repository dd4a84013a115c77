"""Frequency alignment and the joining of classes, by hand."""

import numpy as np

from linkage.privacy.attack.alignment import aligned
from linkage.privacy.attack.classes import joined_classes, shown
from linkage.privacy.attack.target import Entries
from linkage.privacy.schema import Band, Filter, Token

RNG = np.random.default_rng(0)


def test_classes_and_values_of_one_rank_are_put_together_down_to_two_records() -> None:
    classes = np.array([7, 7, 7, 2, 2, 5, -1])
    known = Entries(np.zeros(3, int), np.array([30, 10, 20]), np.array([5.0, 1.0, 9.0]))
    said = aligned(classes, np.zeros(7, int), known, RNG)
    assert said.tolist() == [20, 20, 20, 30, 30, -1, -1]


def test_ranks_count_within_each_stratum() -> None:
    classes = np.array([1, 1, 2, 2, 2, 1, 1])
    strata = np.array([0, 0, 0, 0, 0, 1, 1])
    known = Entries(np.array([0, 0, 1]), np.array([4, 5, 6]), np.array([9.0, 8.0, 1.0]))
    assert aligned(classes, strata, known, RNG).tolist() == [5, 5, 4, 4, 4, 6, 6]


def test_chains_of_equal_encodings_join_what_each_salt_keeps_apart() -> None:
    by_year = np.array([0, 0, 1, 1, -1, 2])
    by_day = np.array([4, 5, 5, 6, -1, 7])
    classes = joined_classes(6, [by_year, by_day])
    assert len(set(classes[:4])) == 1
    assert classes[4] == -1
    assert classes[5] not in {classes[0], -1}


def test_equal_encodings_show_what_they_are_made_of_and_what_that_gives() -> None:
    assert shown(Filter("s", "surname", 15, (), ("postcode",), (0.8,))) >= {
        "surname",
        "surname_phonetic",
        "postcode",
        "postcode_district",
    }
    assert shown(Token("d", ("birth_year",), False, ("sex",))) == {"birth_year", "sex"}
    assert shown(Band("b", ("surname",), ("birth_year",), 3)) == {"birth_year"}

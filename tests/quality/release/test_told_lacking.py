"""How many identifiers records lack, before models see it."""

from dataclasses import replace

import numpy as np
import pytest

from quality.bias.cells import MISSING, Cells, Factor
from quality.release.told_lacking import NONE, SOME, with_lacking

AREA = Factor("area", ("n", "s"), np.array([0, 1]), 0)
RECORDS = Cells((AREA,), np.array([400.0, 600.0]), np.zeros(2))
EXACT = Cells(
    (
        replace(AREA, code=np.array([0, 0, 0, 1, 1])),
        Factor(MISSING, ("0", "1", "2"), np.array([0, 1, 2, 0, 1]), 0),
    ),
    np.array([360.0, 37, 3, 540, 60]),
    np.array([300.0, 22, 1, 470, 37]),
)
LACKING = {(None, None): 100.0, ("area", "n"): 40.0, ("area", "s"): 60.0}
LINKED = {(None, None): 830.0}


def test_cells_are_split_by_the_published_numbers_and_a_band_of_the_links():
    made = with_lacking(RECORDS, EXACT, LACKING, LINKED, 10)
    missing = made.of(MISSING)
    assert missing.groups == (NONE, SOME)
    assert made.n == pytest.approx([360, 540, 40, 60], abs=1e-3)
    # 60 of 100 are linked: the fifth of nine bands
    assert missing.sums(made.k) == pytest.approx([830 - 100 * 5.5 / 9, 100 * 5.5 / 9])


def test_how_they_are_spread_over_groups_held_back_changes_nothing():
    held = {**LACKING, ("area", "n"): None, ("area", "s"): None}
    other = replace(EXACT, n=np.array([380.0, 18, 2, 520, 80]))
    one, two = (with_lacking(RECORDS, each, held, LINKED, 10) for each in (EXACT, other))
    assert np.array_equal(one.n, two.n)
    assert one.n == pytest.approx([360, 540, 40, 60])


@pytest.mark.parametrize(
    ("lacking", "linked"),
    [
        ({**LACKING, (None, None): None}, LINKED),
        ({**LACKING, (None, None): 25.0}, LINKED),  # too few for two bands
        (LACKING, {(None, None): None}),
        (LACKING, {(None, None): 990.0}),  # more than can be of those who lack none
    ],
)
def test_nothing_is_told_where_too_little_is_published(lacking, linked):
    assert with_lacking(RECORDS, EXACT, lacking, linked, 10) is RECORDS

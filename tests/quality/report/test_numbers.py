"""How numbers are written, and that no digit goes out that is not printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.report.numbers import (
    count,
    pairs,
    percent,
    points,
    probability,
    significant,
    weight,
)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.9575, "95.8%"),
        (0.0, "0.0%"),
        (1.0, "100.0%"),
        (0.99996, "over 99.9%"),
        (0.00049, "under 0.1%"),
        (0.0005, "0.1%"),
        (0.9994, "99.9%"),
    ],
)
def test_a_share_is_never_rounded_to_a_false_0_or_100(share, text):
    assert percent(share).text == text


@given(st.floats(0, 1))
def test_the_value_behind_a_percentage_has_no_more_digits_than_its_text(share):
    cell = percent(share)
    assert cell.value in {0.9995, 0.0005} or f"{cell.value:.1%}" == cell.text
    assert abs(cell.value - share) <= 0.0005 + 1e-9


def test_points_carry_a_true_minus_and_no_sign_on_zero():
    assert points(-0.0723).text == "\N{MINUS SIGN}7.2"
    assert points(0.0723).text == "+7.2"
    assert points(-0.0004).text == "0.0"


def test_pairs_are_given_to_three_significant_figures():
    assert pairs(1_234_567).text == "1,230,000"
    assert pairs(999.6).value == 1000
    assert [significant(n) for n in (0, 7, 123, 99_950)] == [0, 7, 123, 100_000]


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.5, "0.500"), (1, "1"), (0, "0"), (3.21e-5, "0.0000321"), (1e-9, "under 0.0000001")],
)
def test_a_probability_has_no_exponent(p, text):
    assert probability(p).text == text


def test_a_weight_has_its_sign():
    assert [weight(w).text for w in (9.31, -5.36, 0.04)] == ["+9.3", "\N{MINUS SIGN}5.4", "0.0"]


def test_a_count_has_its_thousands_apart():
    assert count(12_345.0) == count(12_345)
    assert count(12_345).text == "12,345"

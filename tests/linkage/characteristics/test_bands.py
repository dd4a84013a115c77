import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.characteristics.bands import Bands, bands, even_bands

CENSUS = ("0-15", "16-24", "25-34", "35-49", "50-64", "65-74", "75-84", "85+")


def test_names_and_limits_are_two_ways_to_say_the_same():
    assert bands(CENSUS).names == CENSUS


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (20, ("0-15", "16-19", "20-29", "30-34", "35-49", "50-64", "65-74", "75-84", "85+")),
        (65, ("0-15", "16-24", "25-34", "35-49", "50-64", "65-74", "75-84", "85+")),
        (85, ("0-15", "16-24", "25-34", "35-49", "50-64", "65-74", "75-84", "85-94", "95+")),
    ],
)
def test_split_keeps_ten_years_apart(start, expected):
    assert bands(CENSUS).split([start]).names == expected


def test_even_bands():
    assert even_bands(0, 5, 85).names[:2] == ("0-4", "5-9")
    assert even_bands(0, 5, 85).names[-2:] == ("80-84", "85+")


def test_a_band_of_one_year_bears_it():
    assert Bands((0, 1, 2)).names == ("0", "1", "2+")


@settings(deadline=None)
@given(st.integers(0, 120), st.lists(st.integers(0, 100)))
def test_every_age_is_in_exactly_one_band(age, starts):
    split = bands(CENSUS).split(starts)
    names = split.names
    band = split.band(age)
    low = int(band.rstrip("+").split("-")[0])
    at = split.limits.index(low)
    assert names[at] == band
    assert low <= age
    assert at + 1 == len(split.limits) or age < split.limits[at + 1]

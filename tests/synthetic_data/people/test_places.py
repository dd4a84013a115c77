import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.standardise.postcodes import uk_postcode
from synthetic_data.people.places import (
    ADDRESS,
    CELLS,
    DECILES,
    SLOTS,
    addresses,
    deprivation,
    number_addresses,
    region,
)


def drawn(block, n, seed=1):
    rng = np.random.default_rng(seed)
    regions = rng.integers(0, CELLS // DECILES, n).astype(np.int8)
    deciles = rng.integers(0, DECILES, n).astype(np.int8)
    return regions, deciles, number_addresses(block, regions, deciles, rng.random(n) < 0.01)


@given(st.integers(0, 10_000), st.integers(0, 500), st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_region_and_decile_are_those_that_the_number_was_made_of(block, n, seed):
    regions, deciles, numbers = drawn(block, n, seed)
    assert len(set(numbers.tolist())) == n
    assert (region(numbers) == regions).all()
    assert (deprivation(numbers) == deciles).all()


def test_all_of_a_block_may_live_in_one_region_and_decile():
    everywhere = np.zeros(SLOTS, np.int8)
    numbers = [
        number_addresses(block, everywhere, everywhere, everywhere > 0) for block in range(2)
    ]
    assert len(np.unique(np.concatenate(numbers))) == 2 * SLOTS


@pytest.fixture(scope="module")
def written():
    parts = [addresses(drawn(block, 20_000, block)[2]) for block in (0, 1, 60)]
    return {name: np.concatenate([each[name] for each in parts]) for name in ADDRESS}


def test_postcodes_pass_the_rules_and_lie_in_one_street(written):
    codes = sorted(set(written["postcode"]))
    assert all(uk_postcode(code).values[0] == code for code in codes)
    streets = set(zip(written["postcode"], written["street"], written["town"], strict=True))
    assert len(streets) == len(codes)
    assert len(codes) > 3000


def test_no_two_addresses_are_written_in_one_way(written):
    assert len(set(zip(*written.values(), strict=True))) == len(written["town"])


def test_towns_of_a_region_are_in_it(written):
    assert {"Aberlyn", "Llanfelin"} <= set(written["town"])
    area = {code[:2] for code in written["postcode"][written["town"] == "Aberlyn"]}
    assert area == {"CF"}


def test_some_live_in_flats_and_some_houses_have_names(written):
    flats = np.mean([number.startswith("Flat ") for number in written["house_number"]])
    names = np.mean([number[0].isalpha() for number in written["house_number"]]) - flats
    assert 0.1 < flats < 0.3
    assert 0.005 < names < 0.02


def test_an_address_is_written_the_same_beside_any_other():
    numbers = drawn(3, 500)[2]
    every = addresses(numbers)
    some = addresses(np.append(numbers[::-7], -1))
    for name in ADDRESS:
        assert some[name][:-1].tolist() == every[name][::-7].tolist()
        assert some[name][-1] is None
    assert region(np.asarray([-1])) == deprivation(np.asarray([-1])) == -1

"""Names of people who do not exist, as frequent as names are: few have many bearers."""

from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from linkage.privacy.keys import Key

N = 6000


@pytest.fixture(scope="session")
def key() -> Key:
    """Return a key of the tests' project."""
    return Key("p", 1, bytes(range(32)))


@pytest.fixture(scope="session")
def records() -> pa.Table:
    """Return 6,000 people: 1,280 names under a law of Zipf, dates and postcodes at random."""
    rng = np.random.default_rng(4)
    starts = "MAR JO AN PET SUS KEV LIN GRA BRI DOR FEN HUB WIL TOV CLA EST".split()
    ends = "IA HN NE ER AN IN DA HAM AN IS TON ERT SON LEY RE ELL GATE WOOD FORD BY".split()
    names = np.array([a + b + c for a, b, c in product(starts, ends, ("", "S", "EN", "OW"))])
    shares = 1 / np.arange(1, len(names) + 1)
    first, last = (
        rng.permutation(names)[rng.choice(len(names), N, p=shares / shares.sum())] for _ in range(2)
    )
    number = {
        "birth_year": rng.integers(1940, 2020, N),
        "birth_month": rng.integers(1, 13, N),
        "birth_day": rng.integers(1, 29, N),
        "postcode": rng.integers(0, 400, N),
        "sex": rng.integers(0, 2, N),
    }
    text = {name: [str(each) for each in values] for name, values in number.items()}
    return pa.table({"first_name": first.tolist(), "surname": last.tolist(), **text})

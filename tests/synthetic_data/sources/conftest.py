from datetime import date

import numpy as np
import polars as pl
import pytest

from synthetic_data.people import places
from synthetic_data.people.state import BLOCK, People
from synthetic_data.people.vocabulary import NAMES
from synthetic_data.spec.schema import SourceSpec

DAY = date(2021, 3, 21)
ON = np.datetime64(DAY, "D")
NEVER = np.datetime64("NaT", "D")
FIRST = (
    "Ada Ben Cleo Dan Ebo Fay Gus Hana Ivo Jun Kai Lena Max Nia Obi Pia Quin Rosa Sol Tom".split()
)
LAST = "Abbot Bello Clark Das Evans Foley Gill Hussein Ito Jones Khan Li Mensah Nowak Okoro".split()


def draw_people(block=0, n=BLOCK, seed=1):
    """A block of people in households of one to five, every group of everything among them."""
    rng = np.random.default_rng([seed, block])
    household = block * BLOCK + np.sort(rng.integers(0, max(n // 3, 1), n))
    first = np.r_[True, household[1:] != household[:-1]]
    head = np.maximum.accumulate(np.where(first, np.arange(n), 0))
    codes = {
        name: rng.integers(0, len(groups), n).astype(np.int8)
        for name, groups in NAMES.items()
        if name != "age"
    }
    for name in ("region", "deprivation"):
        codes[name] = codes[name][head]
    old = rng.integers(0, 40_000, n)
    ethnicity = np.where(rng.random(n) < 0.7, codes["ethnicity"][head], codes["ethnicity"])
    codes["ethnicity"] = ethnicity.astype(np.int8)
    codes["nssec"][old < 16 * 365] = -1
    born = ON + 365 - old
    surname = _drawn(rng, LAST, n)
    former = np.where(rng.random(n) < 0.3, _drawn(rng, LAST, n), None)
    renamed = _days(rng, n, former != np.array(None))
    moved = _days(rng, n, rng.random(n) < 0.4)
    at = places.number_addresses(block, codes["region"], codes["deprivation"], rng.random(n) < 0.05)
    was = places.number_addresses(
        block + 1000, codes["region"], codes["deprivation"], rng.random(n) < 0.05
    )
    address = np.where(codes["household_kind"][head] == 9, -1, at[head])
    died = _days(rng, n, rng.random(n) < 0.1)
    left = _days(rng, n, rng.random(n) < 0.1)
    arrived = _days(rng, n, rng.random(n) < 0.1)
    return People(
        number=block * BLOCK + np.arange(n),
        household=household,
        role=np.where(first, 0, 2).astype(np.int8),
        codes=codes,
        born=born,
        died=np.where(died > born, died, NEVER),
        arrived=np.where(arrived > born, arrived, NEVER),
        left=np.where(left > born, left, NEVER),
        renamed=renamed,
        moved=moved,
        first_name=_drawn(rng, FIRST, n) + _drawn(rng, ["", "a", "elle", "ius"], n),
        middle_name=np.where(rng.random(n) < 0.5, _drawn(rng, FIRST, n), None),
        surname=surname + _drawn(rng, ["", "son", "-Price"], n),
        former_surname=former,
        background=np.full(n, "british", object),
        address=address,
        old_address=np.where(np.isnat(moved) | (rng.random(n) < 0.1), -1, was),
        outcomes={
            "income": np.where(
                old < 16 * 365, np.nan, rng.integers(5_000, 90_000, n).astype(float)
            ),
            "long_term_condition": (rng.random(n) < 0.2).astype(float),
            "exam_score": np.where(rng.random(n) < 0.5, np.nan, rng.random(n) * 90),
        },
    )


def _drawn(rng, pool, n):
    return np.asarray(pool, object)[rng.integers(0, len(pool), n)]


def _days(rng, n, which):
    return np.where(which, ON + rng.integers(-2000, 400, n), NEVER)


def source_spec(**settings):
    return SourceSpec.model_validate({"day": DAY.isoformat(), "columns": COLUMNS} | settings)


COLUMNS = {
    "first_name": "forename",
    "middle_name": "middle",
    "surname": "surname",
    "date_of_birth": "dob",
    "sex": "gender",
    "ethnicity": "ethnic_group",
    "house_number": "house",
    "street": "street",
    "town": "town",
    "postcode": "post_code",
    "religion": "religion",
    "income": "pay",
}


@pytest.fixture(scope="session")
def people():
    """Return a block of people in households."""
    return draw_people()


@pytest.fixture(scope="session")
def draw():
    """Return how to draw another block: its number, how many people, the seed."""
    return draw_people


@pytest.fixture(scope="session")
def spec():
    """Return how to make the specification of a source from some of its settings."""
    return source_spec


@pytest.fixture(scope="session")
def joined():
    """Return the table of a source with what is true of the person of each record, by role."""

    def join(records, source, people):
        table = pl.from_arrow(records.table).rename({v: k for k, v in source.columns.items()})
        person = pl.from_arrow(records.truth)["person"].to_numpy() - people.number[0]
        return table, person

    return join


@pytest.fixture(scope="session")
def as_expected():
    """Return a check that what happened is within 4 standard errors of the chances.

    It is made for everyone, and for the groups of the characteristics named.
    """

    def check(tally, characteristics=(), **stage):
        found = tally.table().filter(
            pl.col("characteristic").is_in(["all", *characteristics]), **stage
        )
        assert found.height > 0
        spread = found.select(pl.max_horizontal("variance", "clustered", 0.25).sqrt())
        off = (found["happened"] - found["chances"]) / spread.to_series()
        assert off.abs().max() < 4, found.filter(off.abs() >= 4).rows()
        return found

    return check

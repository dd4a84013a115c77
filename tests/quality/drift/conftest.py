import duckdb
import numpy as np
import pyarrow as pa
import pytest

from quality.drift.advancing import Brought, advance
from quality.drift.counting import Cohort
from quality.drift.state import State

GROUPS = {"ethnicity": ["a", "b", "c"], "age": ["young", "old"]}


def records(rng, n=4_000, missing=None, disagree=None, share=0.1, unlinked=0.05):
    """Records of one source, whose two characteristics are independent of each other.

    ``missing`` and ``disagree`` are chances of the group ethnicity a; others have .05 of each.
    """
    ethnicity = rng.choice(GROUPS["ethnicity"], n, p=[share, 0.2, 0.8 - share])
    mine = ethnicity == "a"
    lacks = rng.random(n) < np.where(mine, missing or 0.05, 0.05)
    differs = rng.random(n) < np.where(mine, disagree or 0.05, 0.05)
    level = np.where(lacks, -1, np.where(differs, 0, 2))
    other = np.where(rng.random(n) < 0.1, 0, 1)
    linked = rng.random(n) >= unlinked
    return pa.table(
        {
            "group_ethnicity": ethnicity,
            "group_age": rng.choice(GROUPS["age"], n),
            "missing_surname": pa.array(np.where(lacks, "not_answered", None), pa.string()),
            "gamma_surname": pa.array(level, pa.int32()),
            "gamma_sex": pa.array(other, pa.int32()),
            "w_levels": np.where(level < 0, 0, level * 4.0 - 4) + other * 2.0,
            "p_record": np.where(linked, 0.99, 0.05),
            "linked": linked,
        }
    )


@pytest.fixture
def rng():
    return np.random.default_rng(20_261_129)


@pytest.fixture
def brought():
    """Return what a table of records brings of the source register."""
    with duckdb.connect() as connection:

        def bring(table):
            connection.register("cohort", table)
            cohort = Cohort(connection, "cohort", table.column_names, list(GROUPS))
            return {"register": Brought(cohort.counted(), cohort.share)}

        yield bring


@pytest.fixture
def series(brought):
    """Return a function that takes batches one after the other, and gives what is known of each."""

    def take(batches, threshold=10):
        state, found = State({}), []
        for number, table in enumerate(batches, 1):
            state = advance(state, brought(table), threshold).of(str(number))
            found.append(state)
        return found

    return take

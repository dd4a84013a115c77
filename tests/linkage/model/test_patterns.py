"""Patterns as numbers: every pattern has one, whatever the comparisons."""

import duckdb
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.model.patterns import MOST_CODES, Coding, coding
from linkage.model.roles import by_role


@st.composite
def codings(draw):
    """Return a coding and some patterns of it."""
    radices = draw(st.lists(st.integers(2, 13), min_size=1, max_size=16))
    rows = st.tuples(*(st.integers(-1, n - 2) for n in radices))
    patterns = draw(st.lists(rows, min_size=1, max_size=8))
    return Coding(tuple(radices)), np.array(patterns)


@given(codings())
def test_a_pattern_is_its_code_and_back(made):
    code, gammas = made
    codes = code.encode(gammas)
    assert (code.decode(codes) == gammas).all()
    assert ((codes >= 0) & (codes < code.n_codes)).all()
    assert code.n_codes < MOST_CODES


@given(codings())
def test_the_database_makes_the_same_codes(made):
    code, gammas = made
    asked = ", ".join(code.sql([str(gamma) for gamma in row]) for row in gammas.tolist())
    (found,) = duckdb.execute(f"SELECT {asked}").fetchall()
    assert list(found) == code.encode(gammas).tolist()


def test_missing_is_a_level_like_any_other():
    made = coding(by_role(("sex", "phone")))
    assert made.radices == (3, 4)
    assert made.encode(np.array([[-1, -1], [1, 2]])).tolist() == [0, 11]


def test_without_comparisons_there_is_one_pattern():
    none = coding(())
    assert none.sql([]) == "0::BIGINT"
    assert none.n_codes == 1
    assert none.decode(np.zeros(3, np.int64)).shape == (3, 0)

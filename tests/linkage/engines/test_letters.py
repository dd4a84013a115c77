"""Texts told too far apart from their letters: never one that the database calls close."""

import duckdb
import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.engines.letters import Letters, maybe_similar, maybe_within

SMALL = st.text(st.sampled_from("ABC é"), max_size=12)
ANY = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
TEXTS = st.lists(st.one_of(SMALL, ANY), min_size=2, max_size=12)
LEAST = (0.0, 0.5, 0.7, 0.8, 0.88, 0.92, 1.0)


def measured(texts):
    """Return every two of ``texts`` with the database's similarity and distance."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("texts", pa.table({"at": range(len(texts)), "t": texts}))
        return connection.execute(
            "SELECT l.at, r.at, jaro_winkler_similarity(l.t, r.t), damerau_levenshtein(l.t, r.t) "
            "FROM texts l CROSS JOIN texts r"
        ).fetchnumpy()


@settings(max_examples=200)
@given(TEXTS)
def test_no_text_that_is_close_is_told_apart(texts):
    one, other, similarity, distance = measured(texts).values()
    letters = [Letters.of(pa.array(texts))] * 2
    places = (one.astype(np.intp), other.astype(np.intp))
    for least in LEAST:
        assert maybe_similar(letters, places, least)[similarity >= least].all()
    for edits in range(1, 4):
        assert maybe_within(letters, places, edits)[distance <= edits].all()


def test_most_names_are_told_apart():
    rng = np.random.default_rng(1)
    names = [
        "".join(rng.choice(list("ABCDEFGHIJKLMNOPRSTUVWY"), rng.integers(4, 10)))
        for _ in range(400)
    ]
    letters = [Letters.of(pa.array(names))] * 2
    places = (rng.integers(400, size=20_000), rng.integers(400, size=20_000))
    assert maybe_similar(letters, places, 0.8).mean() < 0.05
    assert maybe_within(letters, places, 1).mean() < 0.01


def test_texts_that_stand_inside_a_longer_array():
    whole = pa.array(["XXXX", "ANN", "", "ANNE", "YYYY"])
    sliced, alone = Letters.of(whole[1:4]), Letters.of(pa.array(["ANN", "", "ANNE"]))
    for name in ("occur", "start", "length"):
        assert getattr(sliced, name).tolist() == getattr(alone, name).tolist()
    assert alone.length.tolist() == [3, 0, 4, 0]

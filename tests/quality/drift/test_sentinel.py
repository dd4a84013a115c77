"""The sentinel set: silent while the model is the same, and sure of who it changed for."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.config.linkage_settings import ThresholdByGroup
from quality.drift.sentinel import followed, nobody, scored_anew, with_scores

SCORING = {
    "log2_prior_odds": -8.0,
    "threshold": 0.5,
    "levels": {"gamma_name": [-4.0, 3.0, 9.0, 0.0], "gamma_born": [-5.0, 10.0, 0.0]},
}


@pytest.fixture
def reviewed(rng):
    """Pairs of two sexes: of matches most agree, of others few; reviewers were right."""
    n = 400
    match = rng.random(n) < 0.7
    name = np.where(match, rng.choice([-1, 1, 2], n, p=[0.1, 0.3, 0.6]), rng.choice([0, 1], n))
    born = np.where(match, 1, rng.choice([0, 1], n, p=[0.8, 0.2]))
    table = pa.table(
        {
            "match": match,
            "w_tf": rng.normal(0, 1, n),
            "gamma_name": pa.array(name, pa.int32()),
            "gamma_born": pa.array(born, pa.int32()),
            "group_sex": rng.choice(["F", "M"], n),
        }
    )
    return followed(with_scores(table, SCORING, None))


def test_the_weight_of_a_pair_is_that_of_its_levels(reviewed):
    row = reviewed.slice(0, 1).to_pylist()[0]
    name, born = (SCORING["levels"][f"gamma_{each}"] for each in ("name", "born"))
    weight = -8 + row["w_tf"] + name[row["gamma_name"]] + born[row["gamma_born"]]
    assert row["p"] == pytest.approx(1 / (1 + 2**-weight))
    assert row["linked"] == (row["p"] >= 0.5)


def test_the_same_model_finds_nothing(reviewed):
    found = scored_anew(reviewed, SCORING, "census", None)
    assert found.found == {}
    assert found.table.num_rows == 400


def test_a_model_that_scores_lower_is_found_for_all(reviewed):
    lower = {**SCORING, "log2_prior_odds": -13.0}
    found = scored_anew(reviewed, lower, "census", None).found
    assert found.keys() == {(None, None)}
    words = [cause.words for cause in found[None, None]]
    assert words == [
        "probabilities of reviewed pairs lower than they were",
        "more reviewed pairs decided wrongly",
    ]


def test_a_threshold_that_moves_is_found_though_the_model_is_the_same(reviewed):
    found = scored_anew(reviewed, {**SCORING, "threshold": 0.999}, "census", None).found
    assert [cause.words for cause in found[None, None]] == ["more reviewed pairs decided wrongly"]


def test_a_threshold_of_a_group_is_a_drift_of_its_bias(reviewed):
    own = ThresholdByGroup(characteristic="sex", thresholds={"F": 0.9999})
    found = scored_anew(reviewed, SCORING, "census", own).found
    assert [cause.words for cause in found["sex", "F"]] == ["more reviewed pairs decided wrongly"]
    assert ("sex", "M") not in found


def test_what_is_accepted_is_what_the_next_run_is_set_against(reviewed):
    lower = {**SCORING, "log2_prior_odds": -13.0}
    table = scored_anew(reviewed, lower, "census", None).table
    assert scored_anew(table, lower, "census", None).found
    assert not scored_anew(followed(table), lower, "census", None).found


def test_a_set_of_other_comparisons_ends(reviewed):
    other = {**SCORING, "levels": {"gamma_name": SCORING["levels"]["gamma_name"]}}
    assert scored_anew(reviewed, other, "census", None).table == nobody()

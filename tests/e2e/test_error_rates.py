"""What models say of a whole run, beside what truth measures of the same run."""

import csv
import json
from functools import cache

import polars as pl
import pytest

from tests.agreement import check_agreement, check_estimates, check_page


@pytest.fixture(scope="module")
def synthetic(link, tmp_path_factory):
    """A folder in which `link synth` wrote two sources, their truth and a configuration."""
    folder = tmp_path_factory.mktemp("rates")
    link("synth", "census_admin", "--people", "2500", "--out", "out", folder=folder)
    return folder / "out"


@pytest.fixture(scope="module")
def rates(link, synthetic):
    """Return the rows of ``error_rates`` by what they are of, of a run with the truth named.

    It trains on all focal records or on a sample; each run is made once.
    """
    return cache(lambda sample=None: of_run(link, synthetic, sample))


def of_run(link, folder, sample):
    name, settings = ("sampled", {"record_sample": sample}) if sample else ("whole", {})
    text = (folder / "config.yaml").read_text()
    text = text.replace("linkage:\n", f"linkage:\n  training: {json.dumps(settings)}\n")
    text += "\nquality: {truth: truth.parquet, draws: 40, gates: {effective_draws: 1, rhat: 9.0}}\n"
    text += "disclosure: {threshold: 1}\n"  # what may leave is not tested here
    (folder / f"{name}.yaml").write_text(text)
    told = json.loads(link("run", f"{name}.yaml", "--json", folder=folder))
    table = pl.read_parquet(f"{told['run']}/restricted/error_rates.parquet")
    return {
        (r["characteristic"], r["group"], r["measure"], r["method"]): r
        for r in table.iter_rows(named=True)
    }


@pytest.mark.parametrize("sample", [None, 900], ids=["all", "a sample"])
def test_models_come_near_the_truth_and_say_so(rates, sample):
    found = rates(sample)
    truth = found[None, None, "blocking_recall", "truth"]
    candidates = truth["estimate"] * truth["n_records"]
    for method in ("model_normalised", "model_two_quality", "fabl", "model_range"):
        expected = found[None, None, "expected_matches", method]
        assert expected["estimate"] == pytest.approx(candidates, rel=0.02)
        assert expected["grade"] == "C"
    precision = found[None, None, "precision", "truth"]
    assert precision["grade"] == "A"
    modelled = found[None, None, "precision", "model_range"]
    assert modelled["estimate"] == pytest.approx(precision["estimate"], abs=0.02)
    assert modelled["lower"] <= modelled["estimate"] <= modelled["upper"]
    assert modelled["interval_covers"] == "range over models"


def test_every_group_has_its_rates(rates, synthetic):
    """Each has what its records lead one to expect, and the report says what the estimates say."""
    found = rates(None)
    release = next((synthetic / "runs").glob("*/latest")) / "for_release"
    record = json.loads((release / "report.json").read_text())
    check_page((release / "report.html").read_text(), record)
    with (release / "estimates.csv").open(newline="") as file:
        rows = [*csv.DictReader(file)]
    assert check_estimates(record, rows) > 300
    check_agreement(rows)
    groups = {group for c, group, *_ in found if c == "age"}
    assert len(groups) > 4
    for group in groups:
        expected = found["age", group, "expected_matches", "model_normalised"]["estimate"]
        truth = found["age", group, "blocking_recall", "truth"]
        assert expected == pytest.approx(truth["estimate"] * truth["n_records"], rel=0.05, abs=2)
        loss = found["age", group, "blocking_loss", "capture_recapture"]
        assert 0 <= loss["lower"] <= loss["estimate"] <= loss["upper"] < 1
    by_group = [found["age", g, "expected_matches", "model_normalised"] for g in groups]
    overall = found[None, None, "expected_matches", "model_normalised"]["estimate"]
    assert sum(row["estimate"] for row in by_group) == pytest.approx(overall, rel=0.01)

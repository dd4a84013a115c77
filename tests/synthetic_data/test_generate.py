"""From a specification to files: the same whatever the number of processes, and true to it."""

import hashlib

import numpy as np
import polars as pl
import pytest

from synthetic_data import generate as module
from synthetic_data.generate import Order, generate
from synthetic_data.people import state
from synthetic_data.spec.loader import load, presets

BLOCK = 600


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of few people, so that a small population has several."""
    monkeypatch.setattr(module, "BLOCK", BLOCK)
    monkeypatch.setattr(state, "BLOCK", BLOCK)


def order(name, people=1500, seed=1):
    loaded = load(name)
    return Order(loaded.spec, loaded.document.text, people, seed)


def hashes(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_files_are_the_same_for_one_seed_and_others_for_another(tmp_path):
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        generate(order("census_admin", seed=seed), tmp_path / name, processes=1)
    one, again, other = (hashes(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    data = [name for name in one if name.endswith(".parquet")]
    assert len(data) == 6
    assert all(one[name] != other[name] for name in data)


def test_how_many_blocks_are_held_at_once_does_not_matter(tmp_path):
    """In other processes several blocks are made ahead; in this one there is one at a time."""
    made = order("waves", people=3 * state.BLOCK + 100)
    generate(made, tmp_path / "one", processes=1)
    generate(made, tmp_path / "two", processes=2)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_nothing_appears_when_a_block_fails(tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    (out / "census.parquet").write_bytes(b"old")

    def fails(order, number):
        raise OSError("no room")

    monkeypatch.setattr(module, "make", fails)
    with pytest.raises(OSError, match="no room"):
        generate(order("census_admin"), out, processes=1)
    assert [path.name for path in out.iterdir()] == ["census.parquet"]
    assert (out / "census.parquet").read_bytes() == b"old"


@pytest.fixture(scope="module", params=presets())
def made(request, tmp_path_factory):
    """The files of a preset."""
    folder = tmp_path_factory.mktemp(request.param)
    generate(order(request.param, people=40_000, seed=11), folder, processes=1)
    return load(request.param).spec, folder


def test_realised_rates_are_those_of_the_specification(made):
    """By source, stage, column, kind, characteristic and group, within Monte-Carlo error."""
    _, folder = made
    rates = pl.read_parquet(folder / "realised.parquet")
    rates = rates.filter(pl.col("n") * pl.col("standard_error") ** 2 * pl.col("n") > 4)
    z = ((rates["realised"] - rates["asked"]) / rates["standard_error"]).to_numpy()
    assert len(z) > 100
    assert np.abs(z).max() < 5.5
    assert 0.8 < z.std() < 1.2


def test_the_truth_says_whose_every_record_is(made):
    spec, folder = made
    truth = pl.read_parquet(folder / "truth.parquet")
    people = pl.read_parquet(folder / "truth_people.parquet")
    assert people["person"].is_unique().all()
    for name in spec.sources:
        records = pl.read_parquet(folder / f"{name}.parquet")
        of = truth.filter(pl.col("source") == name)
        assert records["record_id"].is_unique().all()
        assert set(records["record_id"]) == set(of["record_id"])
        assert "person" not in records.columns
        covered = people.filter(pl.col(f"covered_{name}"))["person"]
        assert set(of["person"]) == set(covered)


def test_deliveries_hold_every_record_once(made):
    spec, folder = made
    for name, source in spec.sources.items():
        if source.deliveries is not None:
            parts = [pl.read_parquet(p) for p in sorted(folder.glob(f"deliveries/{name}_*"))]
            assert len(parts) == source.deliveries.number
            whole = pl.read_parquet(folder / f"{name}.parquet")
            assert sorted(pl.concat(parts)["record_id"]) == sorted(whole["record_id"])


def test_the_summary_names_no_person(made):
    _, folder = made
    page = (folder / "summary.html").read_text()
    people = pl.read_parquet(folder / "truth_people.parquet").head(50)
    full = (people["first_name"] + " " + people["surname"]).to_list()
    assert not any(name in page for name in full)
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")

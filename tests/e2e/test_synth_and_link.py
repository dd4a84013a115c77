"""From `link synth` to links: the whole way, in processes of its own, against the truth."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).parents[2]
CONFIGS = sorted(path.stem for path in (ROOT / "configs").glob("*.yaml"))


def linked(link, folder, config):
    """Run a configuration; return its pairs of records, of links or within entities."""
    told = json.loads(link("run", config, "--json", folder=folder))
    entities = pl.read_parquet(told["entities"])
    return pairs(entities.select("source", "record_id", key="entity"))


def truth(folder, sources):
    table = pl.read_parquet(folder / "truth.parquet").filter(pl.col("source").is_in(sources))
    return pairs(table.select("source", "record_id", key="person"))


def pairs(table):
    """Return the pairs of records that share a key, each once."""
    named = table.select("key", record=pl.concat_str("source", "record_id", separator=" "))
    both = named.join(named, on="key").filter(pl.col("record") < pl.col("record_right"))
    return set(both.select("record", "record_right").iter_rows())


def f1(found, true):
    return 2 * len(found & true) / (len(found) + len(true))


@pytest.fixture(scope="module")
def world(link, tmp_path_factory, quick):
    """A folder with demo/ as `link synth` writes it, and configs/ beside it."""
    folder = tmp_path_factory.mktemp("world")
    shutil.copytree(ROOT / "configs", folder / "configs")
    for name in CONFIGS:
        add(quick, folder / "configs" / f"{name}.yaml")
    asked = ("synth", "configs/sources/demo.yaml", "--people", "2000", "--out", "demo")
    link(*asked, folder=folder)
    return folder


def add(text, config):
    config.write_text(config.read_text() + text)


def test_its_own_configuration_links_it_and_row_order_does_not_matter(link, tmp_path, quick):
    link("synth", "census_admin", "--people", "2000", "--out", "out", folder=tmp_path)
    out = tmp_path / "out"
    add(quick, out / "config.yaml")
    found = linked(link, out, "config.yaml")
    assert f1(found, truth(out, ["census", "register"])) > 0.95
    for name in ("census", "register"):
        file = out / f"{name}.parquet"
        pl.read_parquet(file).sample(fraction=1, shuffle=True, seed=9).write_parquet(file)
    assert linked(link, out, "config.yaml") == found


def test_all_four_ways_are_shown():
    shown = {"link_two_sources", "deduplicate", "many_to_one", "three_sources"}
    assert shown <= set(CONFIGS)


@pytest.mark.parametrize("name", CONFIGS)
def test_a_worked_configuration_runs_and_finds_most(name, link, world):
    text = (world / "configs" / f"{name}.yaml").read_text()
    assert text.startswith("# Shows: ")
    sources = [part for part in ("census", "survey") if f"demo/{part}." in text]
    for part in ("register", "register_with_duplicates"):
        sources += [part] if f"demo/{part}.parquet" in text else []
    true = truth(world / "demo", sources)
    if name == "many_to_one":  # two records of the register that link to one person are no link
        true = {pair for pair in true if not all(side.startswith("register") for side in pair)}
    found = linked(link, world, f"configs/{name}.yaml")
    if name == "many_to_one":
        found = {pair for pair in found if not all(side.startswith("register") for side in pair)}
    assert f1(found, true) > 0.9


def test_a_folder_with_something_in_it_is_left_alone(world):
    before = (world / "demo" / "census.parquet").read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "cli", "synth", "census_admin", "--out", "demo"],
        cwd=world,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert (world / "demo" / "census.parquet").read_bytes() == before

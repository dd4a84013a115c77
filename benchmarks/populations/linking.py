"""A population made and linked: who of the census was linked, and to whom."""

import subprocess
import sys
from pathlib import Path

import polars as pl

from synthetic_data.generate import Order, generate
from synthetic_data.spec.loader import load
from synthetic_data.spec.schema import Spec


def order(name: str, people: int, seed: int, spec: Spec | None = None) -> Order:
    """Return the order of a preset, or of ``spec``, which was made from it."""
    loaded = load(name)
    return Order(spec or loaded.spec, loaded.document.text, people, seed)


def linked(asked: Order, folder: Path) -> Path:
    """Make the files of ``asked`` in ``folder`` and link them; return the folder of the run."""
    generate(asked, folder, processes=1)
    arguments = [sys.executable, "-m", "cli", "run", str(folder / "config.yaml")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return Path(done.stdout.splitlines()[-1])


def focal_records(folder: Path, run: Path) -> pl.DataFrame:
    """Return the records of the census: their group, household, and what became of them.

    Columns: group (the true one), household, linked; has_match (the person is in the register) and
    found (it was linked to that person).
    """
    people = pl.read_parquet(folder / "truth_people.parquet").select(
        "person", "household", group="ethnicity", has_match="covered_register"
    )
    truth = pl.read_parquet(folder / "truth.parquet")
    census, register = (
        truth.filter(pl.col("source") == name).select("record_id", "person")
        for name in ("census", "register")
    )
    links = pl.read_parquet(run / "restricted" / "links.parquet").select(
        record_id="record_id_l", other="record_id_r"
    )
    partner = register.select(other="record_id", partner="person")
    return (
        census.join(people, on="person")
        .join(links, on="record_id", how="left")
        .join(partner, on="other", how="left")
        .with_columns(
            linked=pl.col("other").is_not_null(),
            found=(pl.col("partner") == pl.col("person")).fill_null(False),
        )
    )

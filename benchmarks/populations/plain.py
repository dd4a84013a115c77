"""Plain splink on a population: the baseline whose precision and recall others have published."""

import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import run

import polars as pl

from benchmarks.speed.engines import Quality, quality

_CENSUS = {"first_name": "first_name", "last_name": "surname", "date_of_birth": "date_of_birth"}
_REGISTER = {"given_name": "first_name", "family_name": "surname", "birth_date": "date_of_birth"}


def plain(data: Path, folder: Path) -> Quality:
    """Link the census and the register in ``data`` with splink as its documentation shows it."""
    folder.mkdir()
    _clean(data / "census.parquet", _CENSUS, "%d/%m/%Y").write_parquet(folder / "census.parquet")
    register = _clean(
        data / "register.parquet",
        {**_REGISTER, "gender": "sex", "post_code": "postcode"},
        "%Y%m%d",
    )
    register.write_parquet(folder / "register.parquet")
    truth = pl.read_parquet(data / "truth.parquet")
    sides = (
        truth.filter(pl.col("source") == name).select(pl.col("record_id").alias(as_), "person")
        for name, as_ in (("census", "record_id_l"), ("register", "record_id_r"))
    )
    left, right = sides
    left.join(right, on="person").write_parquet(folder / "truth.parquet")
    arguments = ["-m", "benchmarks.speed.plain_splink", "defaults", str(folder), str(folder)]
    run([sys.executable, *arguments], check=True, capture_output=True)
    return quality(folder / "links.parquet", folder)


def _clean(path: Path, names: Mapping[str, str], dates: str) -> pl.DataFrame:
    """Return what splink is given: capitals, days as ISO writes them, one code for each sex."""
    table = pl.read_parquet(path).rename(names)
    wanted = ("record_id", "first_name", "surname", "date_of_birth", "sex", "postcode")
    return table.select(wanted).with_columns(
        pl.col("first_name", "surname", "postcode").str.to_uppercase(),
        pl.col("date_of_birth").str.to_date(dates, strict=False).cast(pl.String),
        pl.col("sex").replace({"1": "F", "2": "M"}),
    )

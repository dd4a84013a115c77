"""Invented people to encode, standardised as a run would."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow as pa
from typer.testing import CliRunner

from cli.main import application
from linkage.standardise.names import first_name as first_name_of
from linkage.standardise.names import phonetic, surname
from linkage.standardise.rules import Row

FIELDS = ("first_name", "surname", "date_of_birth", "sex", "postcode")


def people(n: int) -> pa.Table:
    """Return standardised records of a register of about ``n`` invented people."""
    with TemporaryDirectory() as place:
        out = str(Path(place) / "made")
        arguments = ["synth", "census_admin", "--people", str(n), "--out", out]
        done = CliRunner().invoke(application(arguments), arguments)
        if done.exit_code != 0:
            raise SystemExit(done.output)
        register = pl.read_parquet(Path(out) / "register.parquet")
    names = {
        "first_name": _cleaned(register["given_name"], first_name_of),
        "surname": _cleaned(register["family_name"], surname),
    }
    born = register["birth_date"].str.to_date("%Y%m%d", strict=False)
    code = register["post_code"].str.to_uppercase()
    found = pl.DataFrame(
        {
            **names,
            "date_of_birth": born,
            "birth_year": born.dt.year().cast(pl.Int16),
            "birth_month": born.dt.month().cast(pl.Int16),
            "birth_day": born.dt.day().cast(pl.Int16),
            "sex": register["gender"],
            "postcode": code,
            "postcode_sector": code.str.slice(0, 6),
            "postcode_district": code.str.split(" ").list.first(),
        }
    )
    for name, column in names.items():
        known = {value: phonetic(value) for value in column.drop_nulls().unique()}
        sounds = column.replace_strict(known, return_dtype=pl.String)
        initial = column.str.slice(0, 1).alias(f"{name}_initial".replace("first_name", "first"))
        found = found.with_columns(sounds.alias(f"{name}_phonetic"), initial)
    return found.to_arrow()


def _cleaned(column: pl.Series, clean: Callable[[str], Row]) -> pl.Series:
    """Return a column of names as a run would clean it, each value once."""
    known = {value: clean(value).values[0] for value in column.drop_nulls().unique()}
    return column.replace_strict(known, return_dtype=pl.String)

"""Days and numbers as text."""

import polars as pl

from synthetic_data.arrays import Days, Floats, Texts, texts

DATES = ("date_of_birth", "date_of_death")
"""The roles that are days."""


def dates(days: Days, form: str) -> Texts:
    """Return days as text in strftime codes; None for NaT."""
    return texts(pl.Series(days).dt.strftime(form).to_list())


def numbers(values: Floats, decimals: int = 0) -> Texts:
    """Return numbers with so many decimals; None for NaN."""
    series = pl.Series(values, nan_to_null=True).round(decimals)
    return texts(series.cast(pl.Int64 if decimals == 0 else pl.Float64).cast(pl.String).to_list())

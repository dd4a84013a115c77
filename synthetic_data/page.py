"""The summary of a synthetic population: one page of HTML that needs nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from linkage.characteristics.standards import standard
from synthetic_data.codes import HARMONISED
from synthetic_data.configuration import environment
from synthetic_data.people.vocabulary import AGES_FROM
from synthetic_data.realised import Realised
from synthetic_data.spec.schema import AGE, Spec

_LARGEST = 8
"""Households of this size and larger are one row."""
_FEWEST = 30
"""Rates of fewer are too coarse for their standard error to say much."""


def summary(spec: Spec, people: int, seed: int, realised: Realised) -> str:
    """Return the page."""
    rates = realised.rates()
    overall = rates.filter(pl.col("characteristic") == "all")
    judged = rates.filter((pl.col("n") >= _FEWEST) & (pl.col("standard_error") > 0))
    beyond = judged.filter(
        (pl.col("realised") - pl.col("asked")).abs() > 2 * pl.col("standard_error")
    )
    sizes = realised.household_sizes
    return (
        environment()
        .get_template("summary.html.j2")
        .render(
            spec=spec,
            people=people,
            seed=seed,
            realised=realised,
            sources=list(_sources(spec, overall)),
            coverage=list(_coverage(spec, rates)),
            mistakes=list(_mistakes(spec, overall)),
            n_rates=len(judged),
            beyond=len(beyond) / max(len(judged), 1),
            population={
                name: [(_label(name, group), n) for group, n in groups.items()]
                for name, groups in realised.groups.items()
            },
            sizes=list(_grouped(sizes)),
            n_households=max(sum(sizes.values()), 1),
            files=list(_files(spec)),
        )
    )


def _sources(spec: Spec, overall: pl.DataFrame) -> Iterator[Mapping[str, Any]]:
    for name, source in spec.sources.items():
        of = overall.filter((pl.col("source") == name) & (pl.col("stage") == "covered"))
        row = of.row(0, named=True) if len(of) else {"n": 0, "asked": 0.0, "realised": 0.0}
        yield {
            "label": source.label or name,
            "kind": source.kind,
            "day": source.day,
            "eligible": row["n"],
            "covered": round(row["n"] * row["realised"]),
            "asked": row["asked"],
            "realised": row["realised"],
        }


def _coverage(spec: Spec, rates: pl.DataFrame) -> Iterator[Mapping[str, Any]]:
    """Yield a table for every characteristic that a source's coverage differs by."""
    for name, source in spec.sources.items():
        for characteristic in source.coverage.by:
            rows = rates.filter(
                (pl.col("source") == name)
                & (pl.col("stage") == "covered")
                & (pl.col("characteristic") == characteristic)
            ).to_dicts()
            yield {
                "source": source.label or name,
                "characteristic": characteristic.replace("_", " "),
                "rows": [row | {"label": _label(characteristic, row["group"])} for row in rows],
            }


def _mistakes(spec: Spec, overall: pl.DataFrame) -> Iterator[Mapping[str, Any]]:
    befalls = pl.col("stage").is_in(["mistake", "missing"]) & (pl.col("asked") > 0)
    rows = overall.filter(befalls).to_dicts()
    for row in rows:
        kind = row["kind"].replace("_", " ")
        yield row | {
            "source": spec.sources[row["source"]].label or row["source"],
            "column": row["column"].replace("_", " "),
            "what": f"missing: {kind}" if row["stage"] == "missing" else kind,
        }


def _grouped(sizes: Mapping[int, int]) -> Iterator[tuple[str, int]]:
    for size, n in sizes.items():
        if size < _LARGEST:
            yield str(size), n
    if rest := sum(n for size, n in sizes.items() if size >= _LARGEST):
        yield f"{_LARGEST} or more", rest


def _label(characteristic: str, group: str) -> str:
    if characteristic == "ethnicity":
        return standard(HARMONISED["ethnicity"]).codes[group]
    if characteristic == AGE:
        following = [age for age in AGES_FROM if age > int(group)]
        return f"{group} to {following[0] - 1}" if following else f"{group} and over"
    return {"F": "female", "M": "male"}.get(group, group.replace("_", " "))


def _files(spec: Spec) -> Iterator[tuple[str, str]]:
    for name, source in spec.sources.items():
        yield f"{name}.parquet", f"the records of {source.label or name}"
        if source.deliveries is not None:
            parts = source.deliveries.number
            yield f"deliveries/{name}_1.parquet to {name}_{parts}.parquet", "the same, as delivered"
    yield "truth.parquet", "source, record_id, person: whose every record is"
    yield "truth_people.parquet", "what is true of every person, and which source holds them"
    yield "truth_mistakes.parquet", "what was made wrong or left out, record by record"
    yield "realised.parquet", "rates asked for and realised, by source, stage and group"
    yield "spec.yaml", "what was asked for"
    yield "config.yaml", "links the sources: link run config.yaml"

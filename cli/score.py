"""``link score RUN --truth FILE``: precision and recall against known truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.show import show_faults

if TYPE_CHECKING:
    from quality.errors.truth import Rates, Score
    from quality.proportion import Interval


def score(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    truth: Annotated[
        Path,
        typer.Option(
            help="True pairs (record_id_l, record_id_r), or source, record_id, person. "
            "Parquet or CSV."
        ),
    ],
    by: Annotated[
        str | None,
        typer.Option(
            help="A characteristic of the run, to score each group; or several, crossed: a,b."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Score the links of a run against known truth: precision, recall, F1, blocking recall.

    The figures are exact: they are for those who may see the records, and not for release.
    """
    from quality.errors.truth import score as score_run

    found = score_run(run, truth, by)
    if as_json:
        typer.echo(json.dumps(found.as_record(), indent=2))
        return
    if found.warnings:
        show_faults(found.warnings)
    typer.echo(_table(found))


def _table(found: Score) -> str:
    """Return the score as lines of text: a row for all records, and one for each group."""
    rows = [("all records", found.overall), *((each.group, each.rates) for each in found.groups)]
    width = max(len(name) for name, _ in rows)
    lines = [f"{found.level:.0%} intervals in brackets", _header(width, found.overall)]
    return "\n".join([*lines, *(_row(name.ljust(width), rates) for name, rates in rows)])


def _shown(rates: Rates) -> dict[str, Interval | None]:
    shown = {
        "precision": rates.precision,
        "recall": rates.recall,
        "F1": rates.f1,
        "blocking recall": rates.blocking_recall,
    }
    if rates.b_cubed is not None:
        shown["B-cubed precision"] = rates.b_cubed.precision
        shown["B-cubed recall"] = rates.b_cubed.recall
        shown["B-cubed F1"] = rates.b_cubed.f1
    return shown


def _header(width: int, rates: Rates) -> str:
    names = "".join(f"  {name:>24}" for name in _shown(rates))
    return f"{'':{width}}{names}  {'true pairs':>12}  {'links':>12}"


def _row(name: str, rates: Rates) -> str:
    figures = "".join(f"  {_figure(interval):>24}" for interval in _shown(rates).values())
    return f"{name}{figures}  {rates.n_true:>12,}  {rates.n_links:>12,}"


def _figure(interval: Interval | None) -> str:
    if interval is None:
        return "none"
    return f"{interval.value:.4f} [{interval.lower:.4f}, {interval.upper:.4f}]"

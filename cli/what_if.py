"""``link what-if RUN``: the run decided anew, beside the run as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from quality.estimate import Estimate
    from quality.what_if.comparing import Column


_SHOWN = {
    ("link_rate", "wilson"): "Link rate (a count)",
    ("link_rate_gap", "newcombe"): "Gap in the link rate (a count)",
    ("precision", "truth"): "Precision, measured against truth",
    ("recall", "truth"): "Recall, measured against truth",
    ("precision_gap", "truth"): "Gap in precision, against truth",
    ("recall_gap", "truth"): "Gap in recall, against truth",
    ("precision", "review"): "Precision, measured by review",
    ("recall", "review"): "Recall, measured by review",
    ("precision_gap", "review"): "Gap in precision, by review",
    ("recall_gap", "review"): "Gap in recall, by review",
    ("precision", "model_normalised"): "Precision that the model expects (grade C: indicative)",
    ("recall_in_blocks", "model_normalised"): (
        "Recall among candidates that the model expects (grade C: indicative)"
    ),
}


def what_if(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    tried: Annotated[
        list[str] | None,
        typer.Option(
            "--try",
            help="What to decide otherwise, a column each time: threshold=0.8, precision=0.99 or "
            "recall=0.95 (as the model expects them), equal_recall=CHARACTERISTIC (a threshold for "
            "each group), assignment=many_to_one, rules=1,3 (numbers of rules to keep), "
            "m_by=CHARACTERISTIC; several in quotes: 'rules=1,3 threshold=0.8'.",
        ),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(help="Show the groups of this characteristic only; all when not said."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Decide a finished run anew and show what becomes of accuracy and gaps, side by side.

    Nothing is written, and the model is not trained again. The figures are exact: they are for
    those who may see the records, and not for release.
    """
    from quality.what_if.comparing import what_if as compare
    from quality.what_if.scenario import read_scenario

    columns = compare(run, [read_scenario(text) for text in tried or ()], by or ())
    if as_json:
        typer.echo(json.dumps({"scenarios": [each.as_record() for each in columns]}, indent=2))
        return
    typer.echo("\n".join(_lines(columns)))


def _lines(columns: Sequence[Column]) -> Iterator[str]:
    """Yield the scenarios, numbered, then a table for every rate that was made."""
    yield "Exact figures, for those who may see the records: not for release."
    for number, each in enumerate(columns):
        yield f"[{number}] {_described(each)}"
    level = next(each.level for each in columns[0].rates if each.level is not None)
    yield f"{level:.0%} intervals in brackets; of a group with its reference, a gap."
    for shown, heading in _SHOWN.items():
        rows = [
            {_place(rate): rate for rate in each.rates if (rate.measure, rate.method) == shown}
            for each in columns
        ]
        if rows[0]:
            yield from _table(heading, list(rows[0]), rows)


def _described(column: Column) -> str:
    """Return what a scenario is and what it changes, on a line, with its thresholds by group."""
    made = column.made
    changed = f", {column.n_new:,} of them new; {column.n_lost:,} of the run's are gone"
    line = f"{made.scenario.name}: {column.n_links:,} links above {made.threshold:.4f}"
    line += changed if column.n_new or column.n_lost else ""
    own = (f"\n      {limit:.4f}  {name}" for name, limit in made.thresholds.items())
    thresholds = f"\n    thresholds by group:{''.join(own)}" if made.thresholds else ""
    alike = ", ".join(f"{name} {kappa:,.0f}" for name, kappa in made.kappa.items())
    return line + thresholds + (f"\n    how alike groups are (kappa): {alike}" if alike else "")


def _place(rate: Estimate) -> tuple[str | None, str | None]:
    return rate.characteristic, rate.group


def _table(
    heading: str,
    places: Sequence[tuple[str | None, str | None]],
    rows: Sequence[dict[tuple[str | None, str | None], Estimate]],
) -> Iterator[str]:
    names = ["all records" if c is None else f"{c}: {group}" for c, group in places]
    width = max(map(len, names))
    yield ""
    yield heading
    yield f"{'':{width}}" + "".join(f"  {f'[{at}]':>26}" for at in range(len(rows)))
    for name, place in zip(names, places, strict=True):
        yield name.ljust(width) + "".join(f"  {_figure(each.get(place)):>26}" for each in rows)


def _figure(rate: Estimate | None) -> str:
    if rate is None or rate.estimate is None:
        return "none"
    if rate.lower is None or rate.upper is None:
        return f"{rate.estimate:.4f}"
    return f"{rate.estimate:.4f} [{rate.lower:.4f}, {rate.upper:.4f}]"

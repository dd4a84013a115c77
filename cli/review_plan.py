"""``link review plan RUN``: what a review of so many records could tell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from quality.review.plan import CellPlan, ReviewPlan


def review_plan(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    budget: Annotated[
        int | None, typer.Option("--budget", min=1, help="How many records are reviewed; 300.")
    ] = None,
    half_width: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            max=0.5,
            help="Instead of a budget: half the width that intervals may have, 0.03 for 3 points.",
        ),
    ] = None,
    by: Annotated[
        str, typer.Option("--by", help="A characteristic of the focal source; several: a,b.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what a review would look at and tell: half-widths, and the smallest gap it can find.

    Nothing is drawn. The figures rest on the model that the review is to test: they are a guess at
    the order of size.
    """
    from quality.finished_run import finished_run
    from quality.review.focal import read_focal
    from quality.review.plan import budget_for, plan_review

    if budget is not None and half_width is not None:
        raise typer.BadParameter("give a budget or a half-width, not both", param_hint="--budget")
    with finished_run(run) as opened:
        level = opened.config.quality.level
        focal = read_focal(opened, opened.config, [name for name in by.split(",") if name])
        if half_width is not None:
            budget = budget_for(focal, half_width, level)
        made = plan_review(focal, budget or _USUAL, level)
    typer.echo(json.dumps(asdict(made), indent=2) if as_json else "\n".join(_lines(made)))


_USUAL = 300


def _lines(plan: ReviewPlan) -> Iterator[str]:
    yield f"Review of {plan.budget:,} records of {plan.source}, linked to {plan.other}"
    yield from _table(
        ("Stratum", "", "group", "records", "reviewed"),
        [
            (s.kind, s.band, s.group or "all", f"{s.n_records:,}", f"{s.n_reviewed:,}")
            for s in plan.strata
        ],
    )
    cells = plan.groups if len(plan.groups) > 1 else ()
    yield from _table(
        ("To expect", "reviewed", "precision", "recall", "precision gap", "recall gap"),
        [_row("all records", plan.overall), *(_row(c.group or "", c) for c in cells)],
    )
    yield "Half-widths of intervals, in points; gaps from the largest group that are found four"
    yield "times in five. Supposed: errors as the model sees them, and at least 2 % everywhere."
    yield ""
    yield from _reviewers(plan)


def _reviewers(plan: ReviewPlan) -> Iterator[str]:
    n = plan.n_double_links + plan.n_double_unlinked
    links, errors = plan.n_double_links, plan.n_double_errors
    yield f"{n:,} records are drawn for a second reviewer, {links:,} of them links. A third settles"
    yield "where two differ, and every error that anyone calls: an error counts when settled."
    yield f"About {errors:.0f} errors are to be expected among the records drawn twice. They show"
    yield "how often one look misses an error; before any is found, one in ten is supposed."


def _row(name: str, cell: CellPlan) -> tuple[str, ...]:
    return (
        name,
        f"{cell.n_reviewed_links + cell.n_reviewed_unlinked:,}",
        *map(_points, (cell.precision_half_width, cell.recall_half_width)),
        *map(_points, (cell.precision_gap, cell.recall_gap)),
    )


def _points(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}"


def _table(head: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield a heading and rows in columns, figures to the right."""
    yield ""
    widths = [max(len(row[k]) for row in (head, *rows)) for k in range(len(head))]
    for row in (head, *rows):
        cells = [
            cell.rjust(width) if _are_figures(rows, k) else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _are_figures(rows: Sequence[tuple[str, ...]], k: int) -> bool:
    return all(not row[k] or row[k].replace(",", "").replace(".", "").isdigit() for row in rows)

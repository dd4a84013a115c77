"""``link plan CONFIG``: what a run would do, and what it would cost, before it is paid for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from linkage.planning import Plan


def plan(
    config: Annotated[Path, typer.Argument(help="The configuration, a YAML file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Count the pairs that each blocking rule makes, and say what a run would take.

    The sources are read and standardised for it, and nothing of that is kept.
    """
    from cli.loading import load_checked
    from cli.progress import observer
    from cli.stages import all_stages
    from linkage.planning import make_plan

    loaded = load_checked(config)
    with observer("auto", sys.stderr) as watching:
        made = make_plan(all_stages(), loaded.config, watching)
    typer.echo(json.dumps(asdict(made), indent=2) if as_json else "\n".join(_lines(made)))


def _lines(plan: Plan) -> Iterator[str]:
    yield f"Plan of {plan.name}"
    yield from _table("Sources", [(s.name, f"{s.records:,} records", s.file) for s in plan.sources])
    yield from _table(
        "Stages",
        [(name, "done by a run that was stopped" if done else "") for name, done in plan.stages],
    )
    yield from _table(
        "Comparisons",
        [
            (name, f"{levels} levels", ", ".join(columns))
            for name, levels, columns in plan.comparisons
        ],
    )
    rules = [(r.name, f"{r.pairs:,}", _number(r.new), _number(r.cumulative)) for r in plan.rules]
    yield from _table("Blocking rules", [("", "pairs", "new", "in all"), *rules])
    yield from _cost(plan)


def _cost(plan: Plan) -> Iterator[str]:
    from cli.progress import duration

    yield ""
    counted = plan.rules[-1].cumulative is not None
    yield f"{'' if counted else 'at most '}{plan.pairs:,} pairs to compare"
    if plan.estimated_loss is not None:
        loss = "under 0.01%" if plan.estimated_loss < 0.0001 else f"{plan.estimated_loss:.2%}"
        yield f"{loss} of matches are expected to meet no rule"
    limit = f"{plan.memory_limit / 1e9:,.1f} GB are allowed"
    yield f"about {duration(plan.seconds)} and {plan.memory / 1e9:,.1f} GB of memory ({limit})"
    if plan.memory > plan.memory_limit:
        yield "That is more than is allowed: write stricter blocking rules, or raise engine.memory"


def _number(n: int | None) -> str:
    return "not counted" if n is None else f"{n:,}"


def _table(title: str, rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield a heading and rows in columns: the first to the left, numbers to the right."""
    yield ""
    yield title
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.rjust(width) if k and _in_numbers(rows, k) else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield ("  " + "  ".join(cells)).rstrip()


def _in_numbers(rows: Sequence[tuple[str, ...]], k: int) -> bool:
    return all(row[k].replace(",", "").isdigit() for row in rows[1:])

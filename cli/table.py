"""``link table RUN --by a,b --measure m``: one more table of a finished run, fit to leave."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from quality.asked.ask import Asked


def table(
    run: Annotated[Path, typer.Argument(readable=False, help="The folder of a finished run.")],
    by: Annotated[
        list[str],
        typer.Option(help="Characteristics to cross, one to three: --by age,sex."),
    ],
    measure: Annotated[
        str,
        typer.Option(
            help="What to count: records, linked, unlinked, link_rate or missing_VARIABLE."
        ),
    ] = "records",
    source: Annotated[
        str | None, typer.Option(help="The source whose records are counted; the focal one else.")
    ] = None,
    other: Annotated[
        str | None,
        typer.Option(help="The source that they are linked to, where there are several."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: the table and where it is.")
    ] = False,
) -> None:
    """Count a finished run by other characteristics: perturbed, checked, logged, to be approved.

    Small counts are held back, and what would tell one together with the run's release or an
    earlier table. The rest gets noise that is always the same for the same people.
    """
    from quality.asked.ask import ask

    names = [name.strip() for each in by for name in each.split(",")]
    asked = ask(run, names, measure, source, other)
    typer.echo(json.dumps(_record(asked)) if as_json else "\n".join(_lines(asked)))


def _record(asked: Asked) -> dict[str, object]:
    place = str(asked.table)
    return {"id": asked.folder.name, "table": place, "state": "pending", "rows": list(asked.rows)}


def _lines(asked: Asked) -> Iterator[str]:
    """Yield the table with its columns aligned, then what a reader has to know."""
    from quality.release.checked_asked import STATUS, figures_of

    by = asked.request.by
    shown = (*by, *figures_of(asked.request.measure), STATUS)
    yield from _aligned(
        [
            shown,
            *([row[name] or "not shown" for name in shown] for row in asked.rows),
        ],
        [name in by for name in shown],
    )
    held_back = sum(row["status"] != "ok" for row in asked.rows)
    yield ""
    yield "Counts carry noise that is the same for the same records; parts do not add up to totals."
    yield (
        f"{held_back} of {len(asked.rows)} rows are held back."
        if held_back
        else "All rows are shown."
    )
    yield "Not to leave before it is approved."
    yield str(asked.table)


def _aligned(rows: Sequence[Sequence[str]], left: Sequence[bool]) -> Iterator[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(left))]
    for row in rows:
        cells = zip(row, widths, left, strict=True)
        yield "  ".join(
            f"{cell:<{width}}" if on else f"{cell:>{width}}" for cell, width, on in cells
        ).rstrip()

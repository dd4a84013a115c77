"""``link compare RUN RUN``: what changed between two runs, for whom, and whether it is noise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from quality.compare.comparing import Comparison


def compare(
    before: Annotated[
        Path, typer.Argument(help="The folder of the first run, or of a release.", metavar="RUN")
    ],
    after: Annotated[
        Path, typer.Argument(help="The folder of the second.", metavar="RUN", show_default=False)
    ],
    measure: Annotated[
        list[str] | None,
        typer.Option(help="Compare this measure only; may be given again. All when not said."),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(help="Compare the groups of this characteristic only, and all records."),
    ] = None,
    material_gap: Annotated[
        float | None,
        typer.Option(
            min=0.0001,
            max=0.9999,
            help="The smallest change that matters, 0.02 for two points; the run's when not said.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write every figure of both to this CSV file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compare the released figures of two runs, and say what in their making differs.

    Reads what passed disclosure control and nothing else: the folder of a finished run, or of an
    approved release. A difference is called a change where it is more than chance would make.
    """
    from cli.compare_tables import lines
    from linkage.runs.publish import publish
    from linkage.runs.storage import storage
    from quality.compare.comparing import compare as compared
    from quality.compare.written import as_csv

    found = compared(before, after, material_gap, measure or (), by or ())
    if out is not None:
        with storage(out, "writing the comparison"):
            publish(out, as_csv(found.pairs))
    typer.echo(json.dumps(_record(found), indent=2) if as_json else "\n".join(lines(found)))


def _record(found: Comparison) -> dict[str, object]:
    from dataclasses import asdict

    from quality.compare.written import as_record

    return {
        "before": found.before.run,
        "after": found.after.run,
        "level": found.settings.level,
        "material_gap": found.settings.material_gap,
        "same_records": found.same_records,
        "warnings": list(found.warnings),
        "differences": [asdict(each) for each in found.differences],
        "counts": dict(found.counts),
        "figures": [as_record(each) for each in found.pairs],
    }

"""``link report RUN``: the report of a finished run, made again."""

import json
from pathlib import Path
from typing import Annotated

import typer


def report(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: where the report is.")
    ] = False,
) -> None:
    """Make the report of a finished run again, from its tables, and print where it is.

    Refused once the run's release was approved.
    """
    from quality.report.rebuild import rebuild

    page = rebuild(run)
    typer.echo(json.dumps({"report": str(page)}) if as_json else str(page))

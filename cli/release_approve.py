"""``link release approve RUN``: a person lets a release leave."""

import json
from pathlib import Path
from typing import Annotated

import typer


def release_approve(
    run: Annotated[
        Path,  # a checker may go through it and not list it
        typer.Argument(readable=False, help="The folder of a finished run."),
    ],
    checker: Annotated[
        str | None,
        typer.Option(help="A label for the approval. The user who calls counts, not this."),
    ] = None,
    table: Annotated[
        str | None, typer.Option(help="The id of a table that was asked for by itself.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: where the release is.")
    ] = False,
) -> None:
    """Approve the release of a run, and print where its copy in the register is.

    Refused to the user who ran it. The release is checked again, file by file; then it is copied
    to releases/ beside the folders of runs, and from there it may leave.
    """
    from quality.release.approval import approve

    entry = approve(run, table, checker)
    typer.echo(json.dumps({"release": str(entry)}) if as_json else str(entry))

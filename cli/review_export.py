"""``link review export RUN --reviewer NAME --out DIR``: a review without a server."""

from pathlib import Path
from typing import Annotated

import typer


def review_export(
    run: Annotated[Path, typer.Argument(help="The folder of a run with a sampled review.")],
    reviewer: Annotated[str, typer.Option(help="The reviewer's name in this review.")],
    out: Annotated[
        Path, typer.Option(help="The folder to write into; it will hold people's data.")
    ],
    adjudicate: Annotated[
        bool, typer.Option("--adjudicate", help="Settle the units on which two reviewers differ.")
    ] = False,
) -> None:
    """Write the records that wait for a reviewer as a sheet to read or print, and a CSV to fill.

    Both belong where the records may be kept: they hold personal data.
    """
    from quality.review.offline import export_sheet

    written = export_sheet(run, reviewer, out, adjudicate)
    typer.echo(f"{written.n_cases} records wait for {reviewer}")
    typer.echo(f"read: {written.sheet}\nfill: {written.form}")

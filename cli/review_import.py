"""``link review import RUN FILE.csv --reviewer NAME``: decisions made without a server."""

from pathlib import Path
from typing import Annotated

import typer


def review_import(
    run: Annotated[Path, typer.Argument(help="The folder of a run with a sampled review.")],
    file: Annotated[Path, typer.Argument(help="The decisions.csv that was exported and filled.")],
    reviewer: Annotated[str, typer.Option(help="The reviewer's name in this review.")],
) -> None:
    """Take the decisions in a filled CSV: all of them, or none when a line is wrong."""
    from quality.review.offline import import_form

    found = import_form(run, file, reviewer)
    typer.echo(
        f"{found.n_new} new, {found.n_known} known already, {found.n_empty} without decision"
    )

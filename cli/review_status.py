"""``link review status RUN``: how far a review has come."""

import json
from pathlib import Path
from typing import Annotated

import typer


def review_status(
    run: Annotated[Path, typer.Argument(help="The folder of a run with a sampled review.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say who decided how much, how far two reviewers agree, how often one errs, what is left."""
    from quality.review.progress import status

    found = status(run)
    typer.echo(json.dumps(found.as_record(), indent=2) if as_json else "\n".join(found.lines()))

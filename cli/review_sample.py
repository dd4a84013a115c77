"""``link review sample RUN``: draw the records that reviewers look at, with their candidates."""

import json
from pathlib import Path
from typing import Annotated

import typer


def review_sample(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    budget: Annotated[
        int, typer.Option("--budget", min=1, help="How many records are reviewed.")
    ] = 300,
    by: Annotated[
        str, typer.Option("--by", help="A characteristic of the focal source; several: a,b.")
    ] = "",
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="The same seed draws the same records.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Draw a review of a run's links: linked and unlinked records, each with its best candidates.

    For every record drawn the whole other source is searched, without blocking rules, which takes
    a minute or two for 300 records against a million. What is written is about people, and stays in
    RUN/restricted/review. Of encodings no value is written: their owners are asked to open the
    records to a review party, by the files in RUN/restricted/requests.
    """
    from functools import partial

    from linkage.privacy.requests import ask_owners
    from linkage.searching import searching
    from quality.finished_run import finished_run, is_encoded
    from quality.review.sampling import Asked, sample

    wanted = Asked(budget, tuple(name for name in by.split(",") if name), seed)
    with (
        finished_run(run) as opened,
        searching(opened.config, opened.restricted, opened.connection, opened.scratch) as search,
    ):
        root = opened.restricted.parent
        ask = partial(ask_owners, opened.config.sources, root) if is_encoded(opened) else None
        sampled = sample(opened, wanted, search, ask)
    if as_json:
        found = {"units": sampled.n_units, "double": sampled.n_double}
        asked = {path.stem: str(path) for path in sampled.requests}
        told = {"requests": asked} if asked else {}
        typer.echo(json.dumps({"review": str(sampled.folder), **found, **told}))
        return
    typer.echo(f"{sampled.n_units:,} records to review, {sampled.n_double:,} of them by two people")
    for path, n in sampled.requests.items():
        typer.echo(f"for the owner of {path.stem}, {n:,} records, decoys among them: {path}")
    if sampled.requests:
        typer.echo("Next:  the owners call link review open, the review party link review join")
    else:
        typer.echo(f"Next:  link review serve {run} --reviewer NAME")
    typer.echo(str(sampled.folder))

"""``link review serve RUN --reviewer NAME``: the page on which a reviewer decides."""

from pathlib import Path
from typing import Annotated

import typer

from cli.serving import IdleMinutes, Port, show


def review_serve(
    run: Annotated[Path, typer.Argument(help="The folder of a run with a sampled review.")],
    reviewer: Annotated[
        str, typer.Option(help="Your name in this review: a-z, 0-9, _, . and -, at most 40.")
    ],
    adjudicate: Annotated[
        bool, typer.Option("--adjudicate", help="Settle the units on which two reviewers differ.")
    ] = False,
    port: Port = 0,
    idle_minutes: IdleMinutes = 30,
) -> None:
    """Show a page on this machine only, on which you say which records are the same person.

    The printed address works once. Every answer is saved before the next record is shown; start
    the command again to go on. Ctrl-C ends it.
    """
    from functools import partial

    from quality.review.page.session import sitting
    from quality.review.page.site import ReviewSite

    with sitting(run, reviewer, adjudicate) as session:
        typer.echo(f"{session.n_answered} of {session.n_cases} records answered by {reviewer}")
        show(partial(ReviewSite, session), port, idle_minutes)
        typer.echo(f"{session.n_answered} of {session.n_cases} records answered; all are saved")

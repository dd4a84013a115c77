"""``link browse [OUTPUT]``: the runs of an output folder, to be read in a browser."""

from pathlib import Path
from typing import Annotated

import typer

from cli.serving import IdleMinutes, Port, show


def browse(
    output: Annotated[
        Path, typer.Argument(help="The output folder, where the runs and releases lie.")
    ] = Path("runs"),
    port: Port = 0,
    idle_minutes: IdleMinutes = 30,
) -> None:
    """Show runs, their reports and quality gates, and how groups fared over runs.

    On this machine only, without a network, and nothing is changed. The printed address works
    once. Ctrl-C ends it.
    """
    from functools import partial

    from quality.browse.found import runs_in
    from quality.browse.site import BrowseSite

    runs = runs_in(output)
    typer.echo(f"{len(runs)} run{'' if len(runs) == 1 else 's'} found")
    show(partial(BrowseSite, output), port, idle_minutes)

"""``link browse [OUTPUT]``: the runs of an output folder, to be read in a browser."""

from pathlib import Path
from typing import Annotated

import typer

from cli.serving import IdleMinutes, Port


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
    from quality.serving import serving

    runs = runs_in(output)
    typer.echo(f"{len(runs)} run{'' if len(runs) == 1 else 's'} found")
    try:
        with serving(partial(BrowseSite, output), port) as server:
            typer.echo(
                f"Open this address, which works once; Ctrl-C ends:\n{server.access.address}"
            )
            server.wait(idle_minutes * 60)
            typer.echo(f"ended: not used for {idle_minutes:g} minutes")
    except KeyboardInterrupt:
        pass

"""Commands that show pages on this machine: their options, and showing them until they end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from quality.serving import Site
    from quality.serving.access import Access

Port = Annotated[
    int, typer.Option(min=0, max=65535, help="Port of this machine; 0 takes a free one.")
]
IdleMinutes = Annotated[
    float, typer.Option(min=0.01, help="End when the pages were not used for so long.")
]


def show(site: Callable[[Access], Site], port: int, idle_minutes: float) -> None:
    """Serve a site, print its address, and return when nobody uses it any more or on Ctrl-C."""
    from quality.serving import serving

    try:
        with serving(site, port) as server:
            typer.echo(
                f"Open this address, which works once; Ctrl-C ends:\n{server.access.address}"
            )
            server.wait(idle_minutes * 60)
            typer.echo(f"ended: not used for {idle_minutes:g} minutes")
    except KeyboardInterrupt:
        pass

"""The options of commands that show pages on this machine."""

from typing import Annotated

import typer

Port = Annotated[
    int, typer.Option(min=0, max=65535, help="Port of this machine; 0 takes a free one.")
]
IdleMinutes = Annotated[
    float, typer.Option(min=0.01, help="End when the pages were not used for so long.")
]

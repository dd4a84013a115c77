"""``link release list [OUTPUT]``: what is approved, and what waits for it."""

from pathlib import Path
from typing import Annotated

import typer


def release_list(
    output: Annotated[
        Path, typer.Argument(readable=False, help="The output folder of runs.")
    ] = Path("runs"),
) -> None:
    """List what was approved, oldest first, and the runs that wait, as far as this user may see."""
    from cli.columns import columns
    from linkage.runs.sharing import REGISTER
    from quality.release.register import earlier
    from quality.release.waiting import waiting

    rows = [
        ("approved", each.approved, str(each.folder)) for each in earlier(output / REGISTER)
    ] + [("pending", each.started, str(each.folder)) for each in waiting(output)]
    typer.echo("\n".join(columns(rows)) if rows else "no release, neither approved nor pending")

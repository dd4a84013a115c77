"""``link key new``: the key of a project."""

from pathlib import Path
from typing import Annotated

import typer


def key_new(
    project: Annotated[str, typer.Option(help="The project, as privacy.project names it.")],
    out: Annotated[Path, typer.Option(help="The file to write; nothing may stand there.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write a new key of 32 random bytes, and print by what owners know it.

    One owner makes the key and gives it to the others by hand or over an encrypted channel, never
    to the linkage unit. The file stays private to its user.
    """
    from cli.key_show_id import show
    from linkage.privacy.key_files import make_key

    show(make_key(out, project), as_json)

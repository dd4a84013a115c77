"""``link key rotate``: the next key of a project."""

from pathlib import Path
from typing import Annotated

import typer


def key_rotate(
    file: Annotated[Path, typer.Argument(help="The file of the key that is replaced.")],
    out: Annotated[Path, typer.Option(help="The file to write; nothing may stand there.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write the next generation of a key, and print by what owners know it.

    Every owner encodes anew under it: encodings of two generations do not link. The old key stays
    until it is destroyed.
    """
    from cli.key_show_id import show
    from linkage.privacy.key_files import rotate_key

    show(rotate_key(file, out), as_json)

"""``link key destroy``: the end of a key."""

from pathlib import Path
from typing import Annotated

import typer


def key_destroy(
    file: Annotated[Path, typer.Argument(help="The file of the key.")],
) -> None:
    """Overwrite and remove a key, and print where the note is that says so.

    Copies, backups and snapshots of the file are for whoever keeps them to destroy.
    """
    from linkage.privacy.key_files import destroy_key

    typer.echo(str(destroy_key(file)))

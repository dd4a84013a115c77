"""``link key show-id``: by what owners know that they hold the same key."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from linkage.privacy.keys import Key


def key_show_id(
    file: Annotated[Path, typer.Argument(help="The file of the key.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print the project, the generation and the check of a key, which tell nothing of its bytes.

    Owners who hold the same key read out the same check.
    """
    from linkage.privacy.key_files import read_key

    show(read_key(file), as_json)


def show(key: "Key", as_json: bool) -> None:
    """Print what may be said of a key."""
    if as_json:
        said = {"project": key.project, "generation": key.generation, "check": key.check}
        typer.echo(json.dumps(said))
        return
    typer.echo(f"project     {key.project}")
    typer.echo(f"generation  {key.generation}")
    typer.echo(f"check       {key.check}")

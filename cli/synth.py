"""``link synth OUT``: a population that does not exist, and sources that hold it."""

from pathlib import Path
from typing import Annotated

import typer

from linkage.errors import Exit


def synth(
    out: Annotated[Path, typer.Argument(help="The folder to write to.")],
    people: Annotated[
        int, typer.Option("--people", min=100, max=10_000_000, help="How many people there are.")
    ] = 10_000,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="The same seed makes the same files.")
    ] = 1,
    survey: Annotated[
        bool, typer.Option("--survey", help="Also write a survey: a third source.")
    ] = False,
    duplicates: Annotated[
        float,
        typer.Option(
            "--duplicates",
            min=0,
            max=1,
            help="Also write the register with a second record of this share of its people.",
        ),
    ] = 0.0,
    force: Annotated[
        bool, typer.Option("--force", help="Write over files that are there.")
    ] = False,
) -> int:
    """Write a synthetic census and register with known truth, and a configuration to link them.

    Coverage and mistakes differ by ethnic group, sex and age; OUT/README.md says by how much.
    """
    from linkage.runs.publish import publish
    from synthetic_data.write import Order, synthesise

    _refuse_to_overwrite(out, force)
    for name, content in synthesise(Order(people, seed, survey, duplicates)).items():
        publish(out / name, content)
    typer.echo(f"wrote {people:,} people who do not exist to {out}")
    typer.echo(f"Next:  link run {out / 'config.yaml'}")
    return Exit.DONE


def _refuse_to_overwrite(out: Path, force: bool) -> None:
    if out.is_dir() and any(out.iterdir()) and not force:
        message = f"{out} is not empty; write --force to replace the files of the same name"
        raise typer.BadParameter(message)
    if out.exists() and not out.is_dir():
        raise typer.BadParameter(f"{out} is a file; name a folder")

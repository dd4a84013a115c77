"""``link synth PRESET``: a population that does not exist, and the sources that hold it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from linkage.errors import Exit


def synth(
    specification: Annotated[
        str, typer.Argument(help="The name of a preset, or the path of a specification.")
    ],
    people: Annotated[
        int, typer.Option("--people", min=100, max=100_000_000, help="How many people there are.")
    ] = 10_000,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="The same seed makes the same files.")
    ] = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder to write to; the name, if not said.")
    ] = None,
    processes: Annotated[
        int, typer.Option("--processes", min=1, max=64, help="How many work at once.")
    ] = 2,
    force: Annotated[
        bool, typer.Option("--force", help="Write over files that are there.")
    ] = False,
) -> int:
    """Write synthetic sources with known truth, and a configuration to link them.

    Presets: census_admin, survey_admin, looked_after_children, births_mortality,
    homelessness_justice, null_control, known_bias, lookalikes, waves. OUT/summary.html says who the
    people are, who is in which source, and what the sources get wrong.
    """
    from synthetic_data.generate import Order, generate
    from synthetic_data.spec.loader import load

    loaded = load(specification)
    folder = Path(loaded.spec.name) if out is None else out
    _refuse_to_overwrite(folder, force)
    order = Order(loaded.spec, loaded.document.text, people, seed)
    generate(order, folder, processes, _tell)
    typer.echo(f"wrote {people:,} people who do not exist to {folder}")
    typer.echo(f"Look at:  {folder / 'summary.html'}")
    typer.echo(f"Next:     link run {folder / 'config.yaml'}")
    return Exit.DONE


def _tell(done: int, total: int) -> None:
    """Say how far it is, where a person looks and it takes a while."""
    if sys.stderr.isatty() and total > 100_000:
        typer.echo(f"\r{done:,} of {total:,} people", err=True, nl=done == total)


def _refuse_to_overwrite(out: Path, force: bool) -> None:
    if out.is_dir() and any(out.iterdir()) and not force:
        message = f"{out} is not empty; write --force to replace the files of the same name"
        raise typer.BadParameter(message)
    if out.exists() and not out.is_dir():
        raise typer.BadParameter(f"{out} is a file; name a folder")

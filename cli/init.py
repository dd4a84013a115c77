"""``link init [FILES...]``: a first configuration, guessed from the files."""

from pathlib import Path
from typing import Annotated

import typer

from linkage.errors import Exit


def init(
    files: Annotated[
        list[Path] | None, typer.Argument(help="The files to link: one a source.")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where to write it; - for the screen.")
    ] = Path("config.yaml"),
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there.")
    ] = False,
) -> int:
    """Read files and write a commented configuration for linking them.

    Roles, date formats and identifiers are guesses to be checked: the comments say which. Without
    files, an example to fill in is written.
    """
    to_screen = str(output) == "-"
    if not to_screen:
        _refuse_to_overwrite(output, force)
    text = _text(files or [], Path.cwd() if to_screen else output.parent)
    if to_screen:
        typer.echo(text, nl=False)
        return Exit.DONE
    _write(output, text)
    typer.echo(f"wrote {output}")
    if files:
        _say_what_is_open(output)
        typer.echo(f"Read it through, then:  link validate {output}")
    return Exit.DONE


def _text(files: list[Path], folder: Path) -> str:
    from linkage.config.starter import example, guess, starter

    return starter(guess(files), folder) if files else example()


def _refuse_to_overwrite(output: Path, force: bool) -> None:
    if output.exists() and not force:
        message = f"{output} is there already; write --force to replace it, or another --output"
        raise typer.BadParameter(message)


def _write(output: Path, text: str) -> None:
    from linkage.runs.publish import publish

    publish(output, text.encode())


def _say_what_is_open(output: Path) -> None:
    """Show what the guesses leave to the reader, as ``link validate`` would."""
    from cli.show import show_faults
    from linkage.config.against_data import check
    from linkage.config.loader import examine

    examined = examine(output)
    faults = [*examined.faults, *(check(examined.loaded) if examined.loaded else ())]
    if faults:
        show_faults(faults)

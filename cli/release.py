"""``link release ...``: what a person has to do before anything leaves."""

from collections.abc import Sequence
from importlib import import_module

import typer

COMMANDS: tuple[str, ...] = ("check", "approve", "list")
"""Each is a function in a module of its own, ``cli.release_check.release_check``, imported only
when it is called."""


def application(given: Sequence[str]) -> typer.Typer:
    """Return the group with the command that is called, or with all of them for help."""
    app = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Check what is to be released, and approve it: by another person than the runner.",
    )
    called = given[:1] if given and given[0] in COMMANDS else COMMANDS
    for command in called:
        name = f"release_{command}"
        app.command(command)(getattr(import_module(f"cli.{name}"), name))
    return app

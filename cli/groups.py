"""Commands that have commands of their own, each in a module that is imported when it is called."""

from collections.abc import Sequence
from importlib import import_module

import typer


def group(name: str, about: str, commands: Sequence[str], given: Sequence[str]) -> typer.Typer:
    """Return the group called ``name`` with the command that is called, or with all for help.

    Parameters
    ----------
    commands
        The names of its commands: ``sample`` of ``review`` is cli.review_sample.review_sample.
    given
        What follows the name of the group on the command line.
    """
    app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=about)
    for command in given[:1] if given and given[0] in commands else commands:
        function = f"{name}_{command}".replace("-", "_")
        app.command(command)(getattr(import_module(f"cli.{function}"), function))
    return app

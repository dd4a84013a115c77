"""``link review ...``: what reviewers look at, what they decide, and how far they have come."""

from collections.abc import Sequence
from importlib import import_module

import typer

COMMANDS: tuple[str, ...] = ("plan", "sample", "serve", "export", "import", "status")
"""Each is a function in a module of its own, ``cli.review_plan.review_plan``, imported only when it
is called."""


def application(given: Sequence[str]) -> typer.Typer:
    """Return the group with the command that is called, or with all of them for help."""
    app = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Measure how wrong the links are: people look at a sample of records.",
    )
    called = given[:1] if given and given[0] in COMMANDS else COMMANDS
    for command in called:
        name = f"review_{command}"
        app.command(command)(getattr(import_module(f"cli.{name}"), name))
    return app

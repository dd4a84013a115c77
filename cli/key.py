"""``link key ...``: the key under which the owners of one project encode."""

from collections.abc import Sequence

import typer

from cli.groups import group

COMMANDS: tuple[str, ...] = ("new", "show-id", "rotate", "destroy")


def application(given: Sequence[str]) -> typer.Typer:
    """Return the group with the command that is called, or with all of them for help."""
    about = "Make, name, replace and destroy the key of a project: it never leaves the owners."
    return group("key", about, COMMANDS, given)

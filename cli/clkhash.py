"""``link clkhash ...``: record-level filters, exchanged with owners who use clkhash."""

from collections.abc import Sequence

import typer

from cli.groups import group

COMMANDS: tuple[str, ...] = ("export", "import")


def application(given: Sequence[str]) -> typer.Typer:
    """Return the group with the command that is called, or with all of them for help."""
    about = "Exchange schemas and record-level filters with clkhash: less accurate than encode."
    return group("clkhash", about, COMMANDS, given)

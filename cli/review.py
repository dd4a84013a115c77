"""``link review ...``: what reviewers look at, what they decide, and how far they have come."""

from collections.abc import Sequence

import typer

from cli.groups import group

COMMANDS: tuple[str, ...] = (
    "plan", "sample", "open", "join", "serve", "export", "import", "status", "return",
)  # fmt: skip


def application(given: Sequence[str]) -> typer.Typer:
    """Return the group with the command that is called, or with all of them for help."""
    about = "Measure how wrong the links are: people look at a sample of records."
    return group("review", about, COMMANDS, given)

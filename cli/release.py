"""``link release ...``: what a person has to do before anything leaves."""

from collections.abc import Sequence

import typer

from cli.groups import group

COMMANDS: tuple[str, ...] = ("check", "approve", "list")


def application(given: Sequence[str]) -> typer.Typer:
    """Return the group with the command that is called, or with all of them for help."""
    about = "Check what is to be released, and approve it: by another person than the runner."
    return group("release", about, COMMANDS, given)

"""``link report RUN``: the report of a finished run, made again."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ReportProfile(StrEnum):
    """What the page may hold: what passed disclosure control, or everything exactly."""

    release = "release"
    internal = "internal"


def report(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    profile: Annotated[
        ReportProfile,
        typer.Option(
            help="release: what passed disclosure control, in for_release. internal: exact figures "
            "of however few people, in restricted; it must not leave."
        ),
    ] = ReportProfile.release,
    groups: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME", help="Only these characteristics of the run; all if not given."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: where the report is.")
    ] = False,
) -> None:
    """Make the report of a finished run again, from its tables, and print where it is.

    Nothing is linked or estimated anew. The release profile is refused once the run's release was
    approved.
    """
    from quality.report.rebuild import rebuild

    page = rebuild(run, profile.value, None if groups is None else _names(groups))
    typer.echo(json.dumps({"report": str(page)}) if as_json else str(page))


def _names(listed: str) -> tuple[str, ...]:
    return tuple(filter(None, (name.strip() for name in listed.split(","))))

"""``link pseudonyms RUN --project NAME``: names for people that one project has for itself."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer


def pseudonyms(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run on encoded sources.")],
    project: Annotated[
        str, typer.Option(help="The project of the analysts who get the pseudonyms.")
    ],
    out: Annotated[Path, typer.Option(help="The folder to make: a file for each owner.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: the file of each source.")
    ] = False,
) -> None:
    """Give every record a pseudonym, and print the file of each source for its owner.

    Linked records share one. It stays the same in later runs as long as the entity does; under
    another project's name the same people have others, which nobody else can put together.
    """
    from linkage.config.kinds import RUN_PATTERN
    from linkage.privacy.giving import give
    from quality.finished_run import finished_run, require_readable

    if not re.match(RUN_PATTERN, project) or len(project) > 80:
        reason = "a project is named by letters, digits, points, hyphens and underscores"
        raise typer.BadParameter(reason, param_hint="--project")
    require_readable(run)
    with finished_run(run) as found:
        files = give(found.config, run.resolve(), project, out.absolute())
    if as_json:
        typer.echo(json.dumps({name: str(path) for name, path in files.items()}))
        return
    for path in files.values():
        typer.echo(str(path))

"""``link review open REQUEST CONFIG``: an owner opens sampled records to an agreed party."""

import json
import re
import sys
from pathlib import Path
from typing import Annotated

import typer


def review_open(
    request: Annotated[
        Path, typer.Argument(help="The source's file of the unit's link review sample.")
    ],
    config: Annotated[
        Path, typer.Argument(help="The configuration that the source was encoded by.")
    ],
    source: Annotated[str, typer.Option(help="The source, by its name in the configuration.")],
    private: Annotated[Path, typer.Option(help="The private folder of the delivery.")],
    to: Annotated[str, typer.Option("--to", help="The review party that was agreed on.")],
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="How many records may be opened, as agreed on.")
    ],
    out: Annotated[Path, typer.Option(help="The folder to make for the review party.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: what was opened, to whom.")
    ] = False,
) -> None:
    """Write the values of the records that a review asks for, for the review party alone.

    They are people's names in clear text, under record ids: give the folder to the party and to
    nobody else, never to the linkage unit. Refused for another delivery, for records that were not
    in it, and for more than was agreed on.
    """
    from cli.loading import load_checked
    from cli.progress import observer
    from linkage.config.kinds import RUN_PATTERN
    from linkage.privacy.opening import Agreed, open_records

    if not re.match(RUN_PATTERN, to) or len(to) > _LONGEST:
        reason = "a party is named by letters, digits, points, hyphens and underscores"
        raise typer.BadParameter(reason, param_hint="--to")
    loaded = load_checked(config)
    with observer("auto", sys.stderr) as watching:
        said = open_records(
            loaded.config, source, request, private.absolute(), out.absolute(), Agreed(to, limit),
            watching,
        )  # fmt: skip
    if as_json:
        told = {"to": said.to, "n": said.n, "fields": said.fields, "review": said.review}
        typer.echo(json.dumps({"out": str(out), **told}))
        return
    names = ", ".join(name.replace("_", " ") for name in said.fields)
    typer.echo(
        f"opened to {said.to}: about {said.n:,} records of {source}, of each {names}", err=True
    )
    typer.echo("not to the linkage unit, which holds their encodings", err=True)
    typer.echo(str(out))


_LONGEST = 80

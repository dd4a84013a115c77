"""``link clkhash export CONFIG``: the linkage schema of clkhash for a project's fields."""

from pathlib import Path
from typing import Annotated

import typer


def clkhash_export(
    config: Annotated[Path, typer.Argument(help="The configuration, with a privacy section.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
) -> None:
    """Write the schema, version 3, by which clkhash encodes the fields of privacy.fields.

    Whoever encodes with it writes names, dates and codes as this toolkit cleans them: in capitals
    without marks, dates as 1980-02-29.
    """
    from linkage.config.loader import load
    from linkage.privacy.clk_profile import clk_schema_for, require_privacy
    from linkage.runs.publish import publish

    schema = clk_schema_for(require_privacy(load(config)))
    publish(out, f"{schema.as_json()}\n".encode())
    typer.echo(str(out))

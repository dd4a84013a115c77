"""``link clkhash import SCHEMA RECORDS``: the filters that clkhash would make."""

from pathlib import Path
from typing import Annotated

import typer


def clkhash_import(
    schema: Annotated[Path, typer.Argument(help="A linkage schema of clkhash, version 3.")],
    records: Annotated[
        Path, typer.Argument(help="A CSV or Parquet file with a column for each feature.")
    ],
    secret: Annotated[Path, typer.Option(help="The file of the secret that the owners share.")],
    out: Annotated[Path, typer.Option(help="The file to write: the filters, as JSON.")],
) -> None:
    """Encode records as clkhash does, bit for bit, under a schema that another owner wrote.

    Values are taken as they stand; what the schema says of lengths and patterns is not checked.
    """
    from linkage.privacy.clk import clks
    from linkage.privacy.clk_files import as_json, read_features
    from linkage.privacy.clkhash_schema import read_clk_schema
    from linkage.privacy.key_files import read_secret
    from linkage.runs.publish import publish

    asked = read_clk_schema(schema)
    made = clks(read_features(records, asked), asked, read_secret(secret))
    publish(out, as_json(made))
    typer.echo(str(out))

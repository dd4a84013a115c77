"""``link delete CONFIG --ids FILE``: people taken out of a spine, on their request."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.run import LogFormat


def delete(
    config: Annotated[Path, typer.Argument(help="The configuration, a YAML file with batch:.")],
    ids: Annotated[
        Path,
        typer.Option(help="The records to delete: a CSV file with the columns source, record_id."),
    ],
    log_format: Annotated[
        LogFormat,
        typer.Option(help="Progress as plain lines, JSON lines, or a bar where a person looks."),
    ] = LogFormat.AUTO,
) -> None:
    """Delete records from the spine, and what earlier runs keep of records.

    Nothing of them is left in the newest run or in earlier ones; what was released stands. Entities
    of others keep their names. Deliveries are not ours to change: who delivers a record again
    brings it back.
    """
    from cli.progress import observer
    from linkage.batches.linking import delete as delete_records
    from linkage.config.loader import load
    from quality.review.erasing import erase

    loaded = load(config)
    with observer(log_format, sys.stderr) as watching:
        folder = delete_records(loaded.config, loaded.text, ids, watching, erase)
    typer.echo(str(folder))

"""``link batch CONFIG``: what is new in the folder of deliveries, linked to the spine."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.run import LogFormat, accepted, tell


def batch(
    config: Annotated[Path, typer.Argument(help="The configuration, a YAML file with batch:.")],
    rebuild: Annotated[
        bool,
        typer.Option(
            "--rebuild", help="Link all records anew by the model there is, new ones or not."
        ),
    ] = False,
    accept_drift: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            help="Accept that records are no longer as they were, and link nothing.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: where everything is.")
    ] = False,
    log_format: Annotated[
        LogFormat,
        typer.Option(help="Progress as plain lines, JSON lines, or a bar where a person looks."),
    ] = LogFormat.AUTO,
) -> None:
    """Take new deliveries and link them to the spine. The last line printed is the run's folder.

    A delivery is taken whole or not at all, and one that cannot be taken stops the batch with exit
    code 3. With nothing new, nothing is done: the newest run is printed. A batch that was stopped
    or killed goes on where it was when the same command is given again. A batch that is held for
    drift (quality.gates.drift) is not the newest, and ends with exit code 4, until it is accepted.
    """
    from cli.loading import permit, warn_of_clock
    from cli.progress import observer
    from cli.recording import recorded
    from cli.stages import kept
    from linkage.batches.linking import link_batch
    from linkage.config.loader import load
    from linkage.execution import home_of
    from linkage.observing import Together
    from quality.stages import STAGES, WATCHING

    loaded = load(config)
    if accept_drift is not None:
        accepted(home_of(loaded.config), accept_drift, as_json)
        return
    with recorded(loaded.config) as record:
        permit(loaded)
        warn_of_clock(loaded.config)
        with observer(log_format, sys.stderr) as watching:
            watchers = Together(record, watching)
            folder = link_batch(
                loaded.config, loaded.text, STAGES, kept(), watchers, rebuild, WATCHING
            )
        if folder is None:
            typer.echo("nothing new was delivered", err=True)
            folder = (home_of(loaded.config) / "latest").resolve()
        record.folder = folder
        tell(folder, as_json)

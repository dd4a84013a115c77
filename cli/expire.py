"""``link expire CONFIG``: what runs hold of records for longer than they may, removed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def expire(
    config: Annotated[
        Path, typer.Argument(help="The configuration, with governance.retention_days.")
    ],
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove it; without, runs are listed and stay.")
    ] = False,
) -> None:
    """List the runs that hold records for longer than they may, and remove what is about people.

    Of such a run stay its configuration, its model, its manifest with all hashes, its logs and
    what it released. A spine goes too: the next batch begins a new one.
    """
    from linkage.config.loader import load
    from linkage.errors import ConfigError, Fault
    from linkage.execution import home_of
    from linkage.governance.permission import require_role
    from linkage.governance.retention import overdue, remove_restricted
    from linkage.runs.lock import hold

    loaded = load(config)
    if loaded.config.governance.retention_days is None:
        fix = "write  governance: {retention_days: 365}"
        message = "the configuration does not say for how long records may be held"
        raise ConfigError(Fault("R607", message, fix, file=config, path="governance"))
    require_role(loaded.config, loaded.fault)
    home = home_of(loaded.config)
    if not home.is_dir():
        return
    with hold(home):
        for run in overdue(home, loaded.config, datetime.now(UTC)):
            if remove:
                remove_restricted(run, loaded.config.engine.temp)
            typer.echo(f"{'removed' if remove else 'overdue'}: {run}")

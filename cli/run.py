"""``link run CONFIG``: from files to links, spine and report."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class LogFormat(StrEnum):
    """How progress is told, on standard error."""

    AUTO = "auto"
    PLAIN = "plain"
    JSON = "json"


def run(
    config: Annotated[Path, typer.Argument(help="The configuration, a YAML file.")],
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
    """Link the sources of a configuration. The last line printed is the folder of the run.

    A run that was stopped or killed goes on where it was when the same command is given again. One
    that falls short of a quality gate is finished all the same, and ends with exit code 4. One that
    is held for drift (quality.gates.drift) does so too, and is not the newest until it is accepted.
    """
    from cli.loading import check, warn_of_clock
    from cli.memory import settle_arrow
    from cli.progress import observer
    from cli.recording import recorded
    from cli.stages import all_stages, kept
    from linkage.config.loader import load
    from linkage.execution import execute, home_of
    from linkage.observing import Together
    from linkage.privacy.received import remember, require_following

    settle_arrow()
    loaded = load(config)
    if accept_drift is not None:
        accepted(home_of(loaded.config), accept_drift, as_json)
        return
    with recorded(loaded.config) as record:
        check(loaded)
        require_following(loaded.config)
        warn_of_clock(loaded.config)
        with observer(log_format, sys.stderr) as watching:
            watchers = Together(record, watching)
            folder = execute(all_stages(), loaded.config, loaded.text, kept(), watchers)
        record.folder = folder
        remember(loaded.config)
        tell(folder, as_json)


def tell(folder: Path, as_json: bool) -> None:
    """Print where a finished run is and what drifted in it; stop where it misses a gate."""
    from cli.drift import tell_drift
    from cli.gates import hold_to_gates

    typer.echo(json.dumps(places(folder)) if as_json else str(folder))
    tell_drift(folder)
    hold_to_gates(folder)


def accepted(home: Path, reason: str, as_json: bool) -> None:
    """Accept what drifts in the run of ``home`` that waits, or in its newest, and print the run."""
    from quality.drift.accepting import accept_drift

    folder = accept_drift(home, reason)
    typer.echo(json.dumps(places(folder)) if as_json else str(folder))


def places(folder: Path) -> dict[str, str | None]:
    """Return where a finished run holds what; None for what this kind of run does not make."""
    named = {
        "links": folder / "restricted" / "links.parquet",
        "entities": folder / "restricted" / "entities.parquet",
        "model": folder / "model.json",
        "report": folder / "for_release" / "report.html",
        "gates": folder / "restricted" / "gates.json",
        "manifest": folder / "manifest.json",
    }
    found = {name: str(path) if path.exists() else None for name, path in named.items()}
    return {"run": str(folder), **found}

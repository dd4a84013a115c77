"""``link verify``: whether finished runs still hold, and exactly what does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from linkage.operation.verifying import Verified


def verify(
    folder: Annotated[
        Path,
        typer.Argument(help="A finished run, the folder of one linkage, or an output folder."),
    ],
    signers: Annotated[
        Path | None,
        typer.Option(help="Whose signatures count; as the run's settings say when not given."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a run in place of words.")
    ] = False,
) -> None:
    """Compare runs with their manifests: files, audit log, signature, and the inputs they read.

    Names every file, line, row group and column that is not as it was. Ends with 74 where a run is
    damaged, with 3 where only its inputs have changed since.
    """
    from linkage.errors import DataError, Fault, StorageError
    from linkage.operation.verifying import verify_log, verify_run

    faults: list[Fault] = []
    for home, runs in _found(folder).items():
        faults += verify_log(home)
        for run in runs:
            found = verify_run(run, signers)
            faults += found.faults
            typer.echo(json.dumps(_record(found)) if as_json else _words(found))
    if faults:
        damaged = any(fault.code != "R613" for fault in faults)
        raise StorageError(faults) if damaged else DataError(faults)


def _found(folder: Path) -> dict[Path, list[Path]]:
    """Return the runs that ``folder`` is or holds, by the folder of their linkage."""
    from linkage.errors import ConfigError, Fault
    from linkage.operation.status import homes_in
    from linkage.runs.finished import MANIFEST, runs_of

    root = folder.resolve()
    if (root / MANIFEST).is_file():
        return {root.parent: [root]}
    found = {home: runs_of(home) for home in homes_in(folder)}
    if not any(found.values()):
        fix = "give a run, or the folder that a configuration names under output"
        raise ConfigError(Fault("R606", "there is no finished run here", fix, file=folder))
    return found


def _record(found: Verified) -> dict[str, Any]:
    faults = [fault.as_record() for fault in found.faults]
    counts = {name: getattr(found, name) for name in ("files", "events", "inputs", "gone")}
    return {"run": str(found.run), **counts, "signed": found.signed, "faults": faults}


def _words(found: Verified) -> str:
    n = len(found.faults)
    verdict = "holds" if not n else f"{n} fault{'' if n == 1 else 's'}"
    gone = f" ({found.gone} not here any more)" if found.gone else ""
    signed = f", signed by {found.signed}" if found.signed else ""
    return (
        f"{found.run}: {verdict}; {found.files} files, {found.events} events, "
        f"{found.inputs} inputs{gone}{signed}"
    )

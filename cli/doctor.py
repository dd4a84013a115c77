"""``link doctor``: whether this machine is fit for runs that nobody watches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from linkage.operation.doctor.finding import Finding


def doctor(
    config: Annotated[
        Path | None, typer.Argument(help="A configuration; the machine alone without one.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line in place of words.")
    ] = False,
) -> int:
    """Look at program, libraries, memory, disks, rights, clock and approvals; change nothing.

    Each line says ok, warn or fail, and what to do. Ends with 5 where a permission fails, with 74
    where the machine does, and with 0 where nothing fails.
    """
    from linkage.operation.doctor.finding import exit_of

    found = []
    for each in _found(config):
        found.append(each)
        typer.echo(json.dumps(asdict(each)) if as_json else "\n".join(_lines(each)))
    return exit_of(found)


def _found(path: Path | None) -> Iterator[Finding]:
    from linkage.config.loader import load
    from linkage.config.schema import Engine
    from linkage.operation.doctor.governed import of_linkage
    from linkage.operation.doctor.machine import of_machine
    from linkage.operation.doctor.places import of_places

    loaded = None if path is None else load(path)
    yield from of_machine(Engine() if loaded is None else loaded.config.engine)
    if loaded is not None:
        yield from of_places(loaded.config)
        yield from of_linkage(loaded.config, loaded.fault)


def _lines(found: Finding) -> Iterator[str]:
    yield f"{found.state:<4}  {found.what}: {found.says}"
    if found.do:
        yield f"      {found.do}"

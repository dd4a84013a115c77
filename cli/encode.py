"""``link encode CONFIG``: what leaves an owner for a linkage unit."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from linkage.privacy.delivering import Delivered

_LEAST = 0.001
"""The least share that is told exactly."""


def encode(
    config: Annotated[Path, typer.Argument(help="The configuration, a YAML file.")],
    source: Annotated[str, typer.Option(help="The source to encode, by its name.")],
    key: Annotated[Path, typer.Option(help="The file of the project's key.")],
    out: Annotated[Path, typer.Option(help="The folder to make for the linkage unit.")],
    private: Annotated[Path, typer.Option(help="The folder to make that stays with the owner.")],
    previous: Annotated[
        Path | None,
        typer.Option(help="The private folder of the delivery before: its record ids are kept."),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--list",
            metavar="ROLE=FILE",
            help="A published list for a role, CSV with the header value,count, for the attack. "
            "Without one, the source's own frequencies are drawn anew.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: what was written.")
    ] = False,
) -> None:
    """Encode a source for a linkage unit, and print the folder that may leave.

    It holds encodings under random record ids, and groups of which no joint cell is small. The
    private folder holds whose the ids are. The records in between are wiped, even on failure.
    First what would leave is attacked: more named than privacy.max_risk allows, and nothing leaves.
    """
    from cli.loading import load_checked
    from cli.progress import observer
    from linkage.privacy.attack.lists import read_lists
    from linkage.privacy.delivering import Folders, deliver
    from linkage.privacy.key_files import read_key

    loaded = load_checked(config)
    held = read_key(key)
    folders = Folders(out.absolute(), private.absolute())
    with observer("auto", sys.stderr) as watching:
        found = deliver(
            loaded.config, source, held, folders, previous, read_lists(given or ()), watching
        )
    if as_json:
        typer.echo(json.dumps({"out": str(out), "private": str(private), **asdict(found)}))
        return
    for line in _said(found):
        typer.echo(line, err=True)
    typer.echo(str(out))


def _said(found: Delivered) -> Iterator[str]:
    """Yield what the owner has to know before the folder leaves."""
    now = found.delivery
    yield f"delivery {now.number} of {now.source} for {now.project}, key check {now.key_check}"
    yield f"an attack without the key names {found.named:.1%} of the records"
    if found.rotated:
        yield "a rotation: every record has a new id, and nothing links to earlier deliveries"
    for name in found.rolled_up:
        yield f"group {name}: rolled up to its headings, because joint cells were small"
    for name, share in found.withheld.items():
        if share:
            label, most = found.hardest_hit[name]
            yield f"group {name}: withheld of {_share(share)}; most of {label}, {_share(most)}"


def _share(share: float) -> str:
    return f"{share:.1%}" if share >= _LEAST else f"under {_LEAST:.1%}"

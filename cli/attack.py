"""``link attack CONFIG``: whose names could be told from the encodings without the key."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from linkage.privacy.attack.risk import Risk


def attack(
    config: Annotated[Path, typer.Argument(help="The configuration, a YAML file.")],
    source: Annotated[str, typer.Option(help="The source to attack, by its name.")],
    key: Annotated[Path, typer.Option(help="The file of the project's key.")],
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--list",
            metavar="ROLE=FILE",
            help="A published list for a role, CSV with the header value,count. Without one, the "
            "source's own frequencies are drawn anew.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of a table.")
    ] = False,
) -> None:
    """Attack a source's encodings before they leave, and say whose names are found.

    The attacker knows every parameter and how frequent names are, but not the key. Shares are
    exact and of your own records: they stay with you. Fails as link encode would, when more is
    found than privacy.max_risk allows.
    """
    from cli.loading import load_checked
    from cli.progress import observer
    from linkage.privacy.attack import gate
    from linkage.privacy.attack.attacking import attack as attacked
    from linkage.privacy.attack.attacking import schema_of
    from linkage.privacy.attack.lists import read_lists
    from linkage.privacy.key_files import read_key

    loaded = load_checked(config)
    schema_of(loaded.config, source)
    lists = read_lists(given or ())
    with observer("auto", sys.stderr) as watching:
        risk = attacked(loaded.config, source, read_key(key), lists, watching)
    if as_json:
        typer.echo(json.dumps(risk.as_record()))
    else:
        for line in lines(risk):
            typer.echo(line)
    if loaded.config.privacy is not None:
        gate.require(risk, loaded.config.privacy)


def lines(risk: Risk) -> Iterator[str]:
    """Yield what was found as lines of text."""
    from cli.columns import columns

    yield f"Attack on {risk.records:,} records without the key: share rightly named"
    yield "Exact figures about your own records: not for release"
    rows = [("field", "named", "of claimed", "with exact counts", "largest class", "by")]
    rows += [
        (
            each.field,
            _percent(each.share),
            _percent(each.claimed),
            _percent(each.exact),
            _percent(each.joined),
            each.attack,
        )
        for each in risk.fields
    ]
    yield from columns(rows)
    yield f"any name: {_percent(risk.any_name)}"
    yield ""
    yield "Any name, by group"
    yield from columns(
        [
            ("characteristic", "group", "records", "named"),
            *(
                (g.characteristic, g.group, f"{g.records:,}", _percent(g.share))
                for g in risk.by_group
            ),
        ]
    )
    yield f"readable by the linkage unit, and not attacked: {', '.join(risk.readable) or 'nothing'}"


def _percent(share: float) -> str:
    return f"{share:.2%}"

"""``link audit-sources CONFIG``: what the sources hold, before anything is linked."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.show import show_faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkage.config.schema import Config
    from linkage.model.blocking import Rule
    from linkage.pipeline import Observer
    from linkage.runs.inputs import Input
    from linkage.runs.workspace import Workspace
    from quality.audit.audit import Audit

_STANDARDISES, _CHOOSES = "standardise", "block"


def audit_sources(
    config: Annotated[Path, typer.Argument(help="The configuration, a YAML file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say which identifiers and characteristics the sources hold, how complete, and for whom.

    The sources are read and standardised for it, and nothing of that is kept. The figures are
    exact: they are for those who may see the records, and not for release.
    """
    from cli.audit_tables import lines
    from cli.loading import load_checked
    from cli.progress import observer

    loaded = load_checked(config)
    with observer("auto", sys.stderr) as watching:
        found = _audit(loaded.config, watching)
    typer.echo(json.dumps(asdict(found), indent=2) if as_json else "\n".join(lines(found)))


def _audit(config: Config, watching: Observer) -> Audit:
    from linkage.sources.opening import column_names
    from linkage.trial import trial
    from quality.audit.audit import audit

    held = {name: column_names(source, name) for name, source in config.sources.items()}
    with trial(config) as (workspace, inputs):
        rules = _rules(config, workspace, inputs, watching)
        return audit(workspace, config, rules, held)


def _rules(
    config: Config, workspace: Workspace, inputs: Mapping[str, Input], watching: Observer
) -> Sequence[Rule]:
    """Standardise the sources; return their blocking rules, chosen where the run would choose.

    Where none can be chosen the sources are audited all the same: what they lack is the reason.
    """
    from linkage import pipeline
    from linkage.errors import DataError
    from linkage.model.blocking import Rule
    from linkage.model.method import from_record
    from linkage.stages import STAGES

    names = [stage.name for stage in STAGES]
    said = config.linkage.blocking
    last = _CHOOSES if said == "auto" else _STANDARDISES
    try:
        pipeline.run(STAGES[: names.index(last) + 1], config, workspace, inputs, watching)
    except DataError as error:
        if not all(workspace.exists(f"records_{name}") for name in config.sources):
            raise
        show_faults(error.faults)
        return ()
    if said == "auto":
        return from_record(workspace.read_json("method")).rules
    return tuple(Rule(tuple(each)) for each in (*config.linkage.deterministic, *said))

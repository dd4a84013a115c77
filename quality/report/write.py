"""The report's files, written from the tables of a run, in either profile."""

import json
from collections.abc import Collection
from pathlib import Path

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality.report.build import build
from quality.report.chosen_groups import of_groups
from quality.report.inputs import read_inputs
from quality.report.page import page_record
from quality.report.profiles import Profile
from quality.report.render import render
from quality.report.schema import SCHEMA, report_schema

FOLDER = Path("for_release")
PAGE, RECORD = FOLDER / "report.html", FOLDER / "report.json"
FOLDERS: dict[Profile, Path] = {"release": FOLDER, "internal": Path("restricted")}
"""Where the files of each profile stand; both are for their owner only."""


def write_report(
    workspace: Workspace,
    config: Config,
    profile: Profile = "release",
    groups: Collection[str] | None = None,
) -> Path:
    """Write ``report.html``, ``report.json`` and its schema; return where the page is in the run.

    Parameters
    ----------
    profile
        ``release`` reads what passed disclosure control; ``internal`` reads exact estimates.
    groups
        The characteristics to show; all of the run where None.
    """
    inputs = read_inputs(workspace, config, profile)
    page = build(inputs if groups is None else of_groups(inputs, groups))
    folder = FOLDERS[profile]
    record = json.dumps(page_record(page), indent=1, ensure_ascii=False, allow_nan=False)
    workspace.publish(folder / RECORD.name, f"{record}\n".encode())
    workspace.publish(folder / SCHEMA, report_schema().encode())
    workspace.publish(folder / PAGE.name, render(page).encode())
    return folder / PAGE.name

"""The report's two files, written from the tables of a run."""

import json
from pathlib import Path

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality.report.build import build
from quality.report.inputs import read_inputs
from quality.report.page import page_record
from quality.report.render import render

FOLDER = Path("for_release")
PAGE, RECORD = FOLDER / "report.html", FOLDER / "report.json"


def write_report(workspace: Workspace, config: Config) -> None:
    """Write ``report.html`` and ``report.json`` from what passed disclosure control.

    Reads ``released_estimates``, ``training.json`` and, where there is one, the run's manifest.
    """
    page = build(read_inputs(workspace, config))
    record = json.dumps(page_record(page), indent=1, ensure_ascii=False, allow_nan=False)
    workspace.publish(RECORD, f"{record}\n".encode())
    workspace.publish(PAGE, render(page).encode())

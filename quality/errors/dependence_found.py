"""The dependences of a run's comparisons, written down for the report."""

from linkage.config.schema import Config
from linkage.model.training import expected_patterns
from linkage.runs.workspace import Workspace
from quality.errors.dependence import dependences
from quality.errors.run_blocks import run_blocks

DEPENDENCE = "dependence"
"""The file in ``restricted/``: a list, the least explained pair of comparisons first."""

_SHOWN = 20


def write_dependence(workspace: Workspace, config: Config) -> None:
    """Write ``dependence.json``; empty where the run left no candidates to look at."""
    found = []
    if workspace.exists("record_patterns"):
        run = run_blocks(workspace, config)
        evidence = run.learnt.evidence
        found = dependences(evidence, run.fitted, expected_patterns(evidence, run.fitted))
    workspace.write_json(DEPENDENCE, [each.as_record() for each in found[:_SHOWN]])

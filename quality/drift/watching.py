"""The drift stage: this run's records against those of the last run in which nothing had changed.

It reads of each source a table ``cohort_<source>``: of a batch the records that it brings, of any
other run all of them, each with its groups, what is missing of it, and its best candidate.
"""

from linkage.config.schema import Config
from linkage.model.level_weights import SCORING
from linkage.runs.holding import HELD, newest_name
from linkage.runs.workspace import Workspace
from quality.drift import DRIFT, SENTINEL
from quality.drift.advancing import Brought, advance
from quality.drift.counting import Cohort
from quality.drift.freezing import sentinel_of
from quality.drift.sentinel import scored_anew
from quality.drift.state import State, newest, read_state


def watch(workspace: Workspace, config: Config) -> None:
    """Write ``drift.json``, what was found, and ``held.json``, whether the run waits for a person.

    And ``sentinel``, reviewed pairs as the run scores them. None of it is ever for release.
    """
    home = workspace.root.parent
    before = newest(home)
    earlier = State({}) if before is None else read_state(before)
    brought = {}
    for name in config.sources:
        cohort = _cohort(workspace, config, name)
        if (counted := cohort.counted()).bins:
            brought[name] = Brought(counted, cohort.share)
    by_group = config.linkage.decide.threshold_by_group
    scoring = workspace.read_json(SCORING)
    sentinel = scored_anew(sentinel_of(before), scoring, config.focal, by_group)
    workspace.write(SENTINEL, sentinel.table)
    state = advance(earlier, brought, config.disclosure.threshold, sentinel.found)
    workspace.write_json(DRIFT, state.as_record())
    held = bool(state.alarms) and config.quality.gates.drift == "hold"
    workspace.write_json(HELD, {"held": held, "after": newest_name(home)})


def _cohort(workspace: Workspace, config: Config, source: str) -> Cohort:
    table = f"cohort_{source}"
    columns = workspace.schema(table).names
    held = [name for name in config.groups if f"group_{name}" in columns]
    return Cohort(workspace.connection, workspace.view(table), columns, held)

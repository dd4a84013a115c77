import json

import pytest

from linkage.config.schema import Disclosure
from quality import tally
from quality.bias.counts import link_tallies
from quality.groupings import all_groupings
from quality.missingness.counts import missing_tallies
from quality.release.control import controlled
from quality.release.counts import write_counts
from quality.release.naming import TOO_SMALL
from quality.release.overlaps import overlaps

GROUPS = {name: {"source": "a", "column": name} for name in ("sex", "area", "broad", "tenure")}
AREAS = ("north", "north", "south", "north", "east", "south", "west", "south")
TENURES = ("owned", "rented", "social")


def _people(n):
    """Three people live on the island, which only the broad areas make part of the north."""
    for at in range(n):
        area = "island" if at in {7, 250, 401} else AREAS[at % 8]
        yield {
            "id": f"a{at}",
            "group_sex": "FM"[at // 24 % 2],
            "group_area": area,
            "group_broad": "northern" if area in {"north", "island"} else "southern",
            "group_tenure": TENURES[at // 8 % 3],
            "missing_surname": "not_answered" if at % 5 == 0 else None,
        }


@pytest.fixture
def asking(made_run, tmp_path):
    """A finished run of 900 people, a third of them not linked, in an output folder of its own.

    Its release shows the counts by one characteristic that disclosure control lets pass.
    """
    made = made_run(root=tmp_path / "runs" / "made" / "run", groups=GROUPS)
    made.source("a", list(_people(900)))
    made.source("b", [{"id": f"b{at}"} for at in range(900)])
    made.decide([("a", f"a{at}", "b", f"b{at}") for at in range(900) if at % 3])
    workspace, config = made.workspace, made.config
    tallies = [*missing_tallies(workspace, config), *link_tallies(workspace, config)]
    workspace.write("tallies", tally.to_table(tallies))
    among = overlaps(
        workspace.connection,
        "a",
        workspace.view("records_a"),
        all_groupings(config.groups, config.intersections),
    )
    safe = controlled(tallies, list(among), Disclosure())
    rare = {("area", "island"): f"1 group {TOO_SMALL}"}
    write_counts(workspace, safe, rare, config.disclosure.rounding)
    root = made.finished()
    inputs = {name: {"file": f"{name}.csv", "sha256": f"{at:064}"} for at, name in enumerate("ab")}
    said = {"name": "made", "run": "run", "purpose": "", "started": "", "inputs": inputs}
    (root / "manifest.json").write_text(json.dumps(said))
    return root

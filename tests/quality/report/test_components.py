"""A golden file a component: what one table, figure or part looks like as HTML."""

from pathlib import Path

import pytest

from quality.report.render import environment

GOLDEN = Path(__file__).parent / "golden"
COMPONENTS = {
    "rates": ("by-race", "Link rate of Census"),
    "gaps": ("by-race", "Gaps in link rate"),
    "missing": ("missing", "by race"),
    "flow": ("flow", "Flow of Census"),
    "weights": ("weights", None),
    "model": ("model", None),
    "decision": ("linked", "How links were chosen"),
}


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_part_looks_as_it_did(name, page, golden):
    identity, words = COMPONENTS[name]
    section = next(each for each in page.sections if each.id == identity)
    part = next(
        each
        for each in section.parts
        if each.table and (words is None or words in (each.heading or ""))
    )
    module = environment().get_template("part.html.j2").module
    golden(GOLDEN / f"{name}.html", str(module.part(part)))

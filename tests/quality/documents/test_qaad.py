"""Levels of assurance: what is due, what was reached, and a banner where there is none."""

import copy

import pytest

from quality.documents.qaad import AREAS, due, levels, qaad
from quality.documents.write import documents
from quality.report.build import build
from tests.quality.documents.conftest import SAID


def assured(make_known, **changes):
    said = copy.deepcopy(SAID)
    said["quality_assurance"].update(changes)
    return make_known(said)


@pytest.mark.parametrize(
    ("concern", "interest", "level"),
    [
        ("low", "low", "A1"),
        ("low", "high", "A1 to A2"),
        ("medium", "medium", "A2"),
        ("medium", "high", "A2 to A3"),
        ("high", "low", "A1 to A3"),
        ("high", "medium", "A3"),
    ],
)
def test_the_matrix_says_which_level_is_due(make_known, concern, interest, level):
    known = assured(make_known, concern=concern, public_interest=interest)
    assert due(known.inputs.config).text.split(":")[0] == level


def test_a_level_below_what_is_due_is_said(told):
    said = {line.about: line.text for line in levels(told.inputs.config)}
    assert said[AREAS["communication"]] == "A1, basic assurance: below A2, the lowest level due"
    assert said[AREAS["operational_context"]] == "A2, enhanced assurance"


def test_without_concern_or_interest_nothing_is_due(silent):
    assert due(silent.inputs.config).text is None


def test_no_assurance_is_the_first_thing_read(make_known, told):
    known = assured(make_known, suppliers={"level": "A0", "reason": "nobody asked"})
    banner = qaad(known).banner
    assert banner.startswith("No assurance (A0): Suppliers' quality assurance.")
    text = dict(documents(known))
    written = next(text for path, text in text.items() if path.name == "quality-assurance.md")
    assert f"> **{banner}**" in written
    checklist = next(s for s in build(known.inputs).sections if s.id == "checklist")
    assert checklist.parts[0].paragraphs[0] == banner
    assert qaad(told).banner == ""


def test_the_run_fills_the_area_of_the_producer_alone(silent):
    held = {item.asks: item.held for item in qaad(silent).items}
    assert {area for area, said in held.items() if said != "not supplied"} == {AREAS["producer"]}

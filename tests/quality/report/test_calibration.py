"""The calibration plot and its tables: nothing outside the axes, nothing small shown."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.proportion import Interval
from quality.report.figures.calibration import Point, calibration_plot
from quality.report.lookup import Lookup
from quality.report.render import environment
from quality.report.sections.calibration import METHODS, calibration_parts
from quality.report.sections.limits import limitations
from quality.report.wording import group_label
from quality.uncertainty.accuracy import Bin
from quality.uncertainty.calibration import FITS, Accuracy, Calibration

GOLDEN = Path(__file__).parent / "golden"
SHARE = st.floats(0, 1)


def interval(value, half=0.05):
    return Interval(value, value - half, value + half, 0.95)


def accuracy(n, slope=0.62):
    scored = {
        "in_the_large": interval(1.08),
        "calibration_error": interval(0.06, 0.02),
        "brier": interval(0.04, 0.01),
        "slope": interval(slope),
    }
    return Accuracy(n, n // 2, scored, {"in_the_large": interval(1.0)})


MADE = Calibration(
    method="platt",
    losses={"scored": 0.21, "platt": 0.17},
    overall=accuracy(613),
    groups={"north": accuracy(402), "south": accuracy(204), "west": accuracy(7)},
    bins=(
        Bin(0.0, 0.001, 94, 0.0001, 0.002, Interval(0.003, 0.0, 0.03, 0.95)),
        Bin(0.1, 0.3, 7, 0.21, 0.3, Interval(0.4, 0.1, 0.8, 0.95)),
        Bin(0.3, 0.5, 33, 0.41, 0.45, Interval(0.48, 0.3, 0.66, 0.95)),
        Bin(0.999, 1.0, 128, 0.9998, 0.99, Interval(0.985, 0.95, 0.996, 0.95)),
    ),
    map=None,
    curve=((0.000001, 0.0003), (0.001, 0.012), (0.5, 0.49), (0.999, 0.985), (0.999999, 0.9997)),
)


@pytest.fixture
def lookup(make_config):
    return Lookup(make_config(), ())


@given(
    st.lists(st.tuples(SHARE, st.tuples(SHARE, SHARE, SHARE).map(sorted)), max_size=12),
    st.lists(st.tuples(SHARE, SHARE), max_size=9),
)
def test_no_mark_lies_outside_the_axes(points, curve):
    drawn = [Point(p, mid, low, high) for p, (low, mid, high) in points]
    plot = calibration_plot("c", "Calibration", drawn, curve)
    box = plot.plot
    for mark in plot.marks:
        assert box.left <= mark.x <= box.right
        assert box.top <= mark.top <= mark.y <= mark.bottom <= box.bottom
    for x, y in plot.curve:
        assert box.left <= x <= box.right
        assert box.top <= y <= box.bottom


def test_a_model_that_is_right_lies_on_the_diagonal():
    (mark,) = calibration_plot("c", "Calibration", [Point(0.9, 0.9, 0.8, 0.95)], ()).marks
    box = calibration_plot("c", "Calibration", [], ()).plot
    along, up = mark.x - box.left, box.bottom - mark.y
    assert along / (box.right - box.left) == pytest.approx(up / (box.bottom - box.top), abs=1e-3)


def test_small_bins_and_groups_are_not_shown(lookup):
    bins, groups = calibration_parts(lookup, MADE, threshold=10, rounding=5)
    assert len(bins.figure.marks) == 3
    texts = [[cell.text for cell in row] for row in bins.table.rows]
    assert texts[1] == ["0.1 to under 0.3", "suppressed [c]", *["[c]"] * 5]
    assert texts[2][:4] == ["0.3 to under 0.5", "35", "41.0%", "48.0%"]
    assert [row[1].text for row in groups.table.rows] == ["615", "400", "205", "suppressed [c]"]
    assert "0.62 (0.57 to 0.67)" in [cell.text for cell in groups.table.rows[0]]
    assert not any("7" == cell.text for row in groups.table.rows for cell in row)


def test_without_a_map_there_is_no_curve_and_it_is_said(lookup):
    made = replace(MADE, method="none", curve=(), losses={"scored": 0.2})
    bins, _ = calibration_parts(lookup, made, 10, 5)
    assert bins.figure.curve == ()
    assert METHODS["none"] in bins.paragraphs[1]


def test_a_map_that_gains_nothing_is_not_praised(lookup):
    made = replace(MADE, losses={"scored": 0.17, "platt": 0.18})
    assert "no better" in calibration_parts(lookup, made, 10, 5)[0].paragraphs[1]


def test_all_bins_small_leaves_the_table_without_a_figure(lookup):
    few = replace(MADE, bins=MADE.bins[1:2])
    assert calibration_parts(lookup, few, 10, 5)[0].figure is None


def test_limits_without_width_are_no_interval(lookup):
    flat = Interval(0.714, 0.714, 0.714, 0.95)
    scored = {**MADE.overall.scored, "calibration_error": flat}
    made = replace(MADE, overall=replace(MADE.overall, scored=scored))
    _, groups = calibration_parts(lookup, made, 10, 5)
    assert "0.714 (no interval)" in [cell.text for cell in groups.table.rows[0]]


def test_groups_stand_in_the_order_of_their_list(make_config, make_inputs, groups):
    known = Lookup(make_config(), make_inputs().estimates)
    names = [name for name, *_ in groups["race"]]
    made = replace(MADE, groups={name: accuracy(50) for name in reversed(names)})
    _, table = calibration_parts(known, made, 10, 5)
    shown = [row[0].text for row in table.table.rows[1:]]
    listed = [row for row in known.by_group("records", "census", None, "race")]
    assert shown == [group_label(row.group) for row in listed]


def test_every_method_has_words():
    assert set(METHODS) == {"none", *FITS}


def test_what_is_written_is_what_is_read():
    record = json.loads(json.dumps(MADE.as_record()))
    assert Calibration.from_record(record) == MADE


def test_the_parts_look_as_they_did(golden, lookup):
    module = environment().get_template("part.html.j2").module
    parts = [str(module.part(part)) for part in calibration_parts(lookup, MADE, 10, 5)]
    golden(GOLDEN / "calibration.html", "\n".join(parts))


def test_a_model_that_is_too_sure_is_a_limit(make_config, make_inputs):
    inputs = replace(make_inputs(), calibration=MADE)
    (said,) = [text for text in limitations(Lookup(make_config(), ()), inputs) if "slope" in text]
    assert "0.62 (95% interval 0.57 to 0.67)" in said
    right = replace(MADE, overall=accuracy(613, slope=0.98))
    inputs = replace(inputs, calibration=right)
    assert not any("slope" in text for text in limitations(Lookup(make_config(), ()), inputs))

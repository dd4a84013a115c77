"""Geometry: whatever the numbers and labels, no mark lies outside its axes."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.report.figures.axis import decades, spanning
from quality.report.figures.flow import Step, flow
from quality.report.figures.heatmap import heatmap
from quality.report.figures.histogram import Bin, histogram
from quality.report.figures.intervals import IntervalRow, interval_plot
from quality.report.figures.labels import text_width, wrap
from quality.report.figures.m_u import LevelRow, m_u_plot

LONG = "Any other Black, Black British, Caribbean or African background, write in: " * 3


def rows(n, label="group"):
    return [
        IntervalRow(
            f"{label} {k}", 0.5 + k / 150, 0.45 + k / 150, 0.55 + k / 150, "50%", k % 2 == 0
        )
        for k in range(n)
    ]


def plotted(given_rows, reference=None, limits=(0.0, 1.0)):
    return interval_plot("p", "Plot", given_rows, "Rate", lambda v: f"{v:g}", reference, limits)


def assert_inside(plot):
    box = plot.plot
    marks = [m for m in plot.marks if m.centre is not None]
    for mark in marks:
        assert box.top <= mark.y <= box.bottom
        for x in (mark.start, mark.centre, mark.end):
            assert x is None or box.left <= x <= box.right
        assert mark.start is None or mark.start <= mark.centre <= mark.end
    for tick in plot.ticks:
        assert box.left <= tick.at <= box.right
    if plot.reference:
        assert box.left <= plot.reference.at <= box.right
    assert box.bottom < plot.height


@pytest.mark.parametrize("n", [2, 19, 60])
def test_any_number_of_groups_stays_inside(n):
    plot = plotted(rows(n), (0.2, "all"))
    assert_inside(plot)
    assert len(plot.marks) == n


def test_rows_do_not_overlap_whatever_their_labels():
    plot = plotted([*rows(3, LONG), *rows(3)])
    tops = [mark.label.y for mark in plot.marks]
    bottoms = [mark.label.y + 18 * (len(mark.label.lines) - 1) for mark in plot.marks]
    assert all(top > bottom for top, bottom in zip(tops[1:], bottoms, strict=False))
    assert_inside(plot)


@given(
    st.lists(st.tuples(*[st.floats(-1, 1)] * 3).map(sorted), max_size=12),
    st.none() | st.floats(-1, 1),
)
def test_any_interval_stays_inside(limits, reference):
    given_rows = [IntervalRow("g", mid, low, high, "x") for low, mid, high in limits]
    line = None if reference is None else (reference, "line")
    plot = plotted(given_rows, line, (-1.0, 1.0))
    if plot is not None:
        assert_inside(plot)


def test_a_figure_whose_interval_is_wide_is_drawn_hollow_and_said():
    plot = plotted([*narrow(2), IntervalRow("g", 0.6, 0.2, 0.9, "60.0% [u]", wide=True)])
    assert [mark.wide for mark in plot.marks] == [False, False, True]
    assert plot.marks[-1].centre is not None
    assert "read the interval" in plot.hollow
    assert "hollow where the interval is too wide" in plot.description
    assert plotted(narrow(2)).hollow is None
    assert_inside(plot)


def narrow(n):
    return [IntervalRow("g", 0.4 + k / 10, 0.3, 0.8, "x") for k in range(n)]


def test_there_is_no_plot_of_one_row_or_of_rows_that_are_alike():
    held_back = IntervalRow("g", None, None, None, "[c]")
    assert plotted([*rows(1), held_back]) is None
    assert plotted([IntervalRow(name, 1.0, 0.98, 1.0, "100.0%") for name in "ab"]) is None


def test_an_axis_is_five_points_wide_at_least():
    half_a_point = [
        IntervalRow(name, y, y - 0.002, y, "x") for name, y in (("a", 1.0), ("b", 0.995))
    ]
    plot = plotted(half_a_point)
    first, last = (float(tick.label) for tick in (plot.ticks[0], plot.ticks[-1]))
    assert last - first >= 0.05 - 1e-9


@given(st.lists(st.floats(0, 1), max_size=20))
def test_an_axis_holds_its_values_between_round_ends(values):
    axis = spanning(values, 0, 100, (0.0, 1.0))
    assert axis.low < axis.high
    assert all(axis.low - 1e-9 <= value <= axis.high + 1e-9 for value in values)
    steps = axis.steps()
    assert 2 <= len(steps) <= 12
    assert axis.low == pytest.approx(steps[0])
    assert axis.high == pytest.approx(steps[-1])


@given(st.lists(st.floats(1e-9, 1e9), max_size=20))
def test_a_logarithmic_axis_holds_its_values(values):
    axis = decades(values, 0, 100)
    assert all(10**axis.low <= value * 1.000001 for value in values)
    assert all(value <= 10**axis.high * 1.000001 for value in values)


def test_the_histogram_stays_inside_with_bins_of_any_width():
    bins = [Bin(-30, -28, 500_000, 0), Bin(-28, 0, 12, 0), Bin(0, 0.5, 30, 30), Bin(0.5, 40, 0, 0)]
    plot = histogram("h", "Weights", bins)
    for x, y in (*plot.candidates, *plot.links):
        assert plot.plot.left <= x <= plot.plot.right
        assert plot.plot.top <= y <= plot.plot.bottom
    assert plot.candidates[0][1] == plot.candidates[-1][1] == plot.plot.bottom


def test_links_lie_on_the_base_where_there_are_none():
    plot = histogram("h", "Weights", [Bin(-2, 0, 100, 0), Bin(0, 2, 50, 50)])
    assert plot.links[1][1] == plot.plot.bottom
    assert plot.links[3] == plot.candidates[3]


@pytest.mark.parametrize("u", [0.0, 1e-13, 3e-5, 1.0])
def test_m_and_u_stay_inside(u):
    plot = m_u_plot(
        "m", "m and u", [(LONG, [LevelRow(LONG, 0.93, u, "+9"), LevelRow("n", None, None, "0")])]
    )
    for mark in plot.marks:
        for x in (mark.m, mark.u):
            assert x is None or plot.plot.left <= x <= plot.plot.right
    assert plot.marks[1].m is None
    assert (plot.marks[0].u is None) == (u == 0)
    assert plot.ticks[-1].label == "1"
    assert all(len(tick.label) <= 5 for tick in plot.ticks)


def test_cells_of_a_heatmap_have_the_shade_of_their_share():
    shares = [0.0, 0.01, 0.05, 0.2, 1.0, None]
    plot = heatmap("h", "Missing", ["a"], [(LONG, [(share, "x")]) for share in shares])
    assert [cell.shade for cell in plot.cells] == [0, 1, 2, 3, 4, None]
    assert all(cell.x + cell.width <= plot.width for cell in plot.cells)
    tops = [cell.y for cell in plot.cells]
    assert all(later > first + 30 for first, later in itertools.pairwise(tops))


def test_keys_of_a_heatmap_do_not_run_into_each_other():
    plot = heatmap("h", "Missing", ["a"], [])
    ends = [key.x + 24 + text_width(key.text) for key in plot.keys]
    assert all(end < key.x for end, key in zip(ends, plot.keys[1:], strict=False))
    assert ends[-1] < plot.width


def test_a_flow_runs_down_and_its_losses_stand_beside_it():
    steps = [Step("Read\n100"), Step("Kept\n90", f"{LONG}: 10"), Step("Linked\n80", "no link: 10")]
    plot = flow("f", "Flow", steps)
    assert len(plot.kept) == 3
    assert len(plot.lost) == 2
    bottoms = [box.y + box.height for box in plot.kept]
    assert all(box.y > bottom for box, bottom in zip(plot.kept[1:], bottoms, strict=False))
    assert all(box.x + box.width <= plot.width for box in (*plot.kept, *plot.lost))
    assert all(box.y + box.height <= plot.height for box in (*plot.kept, *plot.lost))
    first, second = plot.lost
    assert first.y + first.height < second.y


@given(st.text(max_size=200), st.floats(60, 400))
def test_wrapped_lines_fit_their_width(text, width):
    lines = wrap(text, width)
    assert 1 <= len(lines) <= 3
    assert all(text_width(line) <= width for line in lines)


def test_a_label_is_cut_only_when_it_has_to_be():
    assert wrap("Aged 20 to 29", 400) == ("Aged 20 to 29",)
    assert wrap(LONG, 200)[-1].endswith("…")

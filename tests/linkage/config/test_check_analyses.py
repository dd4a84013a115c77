"""What an analysis may name."""

import pytest

from linkage.config.loader import examine

CONFIG = """version: 1
name: made
sources:
  a: {path: a.csv, id: id, columns: {surname: s}}
  b: {path: b.csv, id: id, columns: {surname: s}}
groups:
  sex: {source: a, column: sex}
"""


def codes(tmp_path, *analyses):
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG + "analyses:\n" + "".join(f"  - {{{each}}}\n" for each in analyses))
    return [(fault.code, fault.line - 9) for fault in examine(path).faults]


MEAN = "name: one, kind: mean, outcome: {source: b, column: y}"
SLOPE = (
    "name: two, kind: linear, outcome: {source: b, column: y}, "
    "covariates: [{source: a, column: x}, {source: a, column: z, kind: category}]"
)


def test_what_fits_is_taken(tmp_path):
    assert codes(tmp_path, f"{MEAN}, by: sex", SLOPE) == []


@pytest.mark.parametrize(
    ("analysis", "code"),
    [
        (MEAN.replace("source: b", "source: x"), "C131"),
        (f"{MEAN}, by: six", "C132"),
        (SLOPE, "C155"),
        (MEAN.replace("kind: mean", "kind: linear"), "C117"),
        (f"{MEAN}, covariates: [{{source: a, column: x}}]", "C117"),
        (MEAN.replace("column: y", "column: y, kind: category"), "C117"),
        (MEAN.replace("kind: mean", "kind: median"), "C104"),
    ],
)
def test_what_does_not_is_refused_where_it_stands(tmp_path, analysis, code):
    assert codes(tmp_path, SLOPE, analysis) == [(code, 1)]


def test_links_of_three_sources_are_not_analysed(tmp_path):
    path = tmp_path / "config.yaml"
    third = "  c: {path: c.csv, id: id, columns: {surname: s}}\ngroups:"
    path.write_text(f"{CONFIG.replace('groups:', third)}analyses:\n  - {{{MEAN}}}\n")
    (fault,) = examine(path).faults
    assert fault.code == "C155"
    assert "two at a time" in fault.fix


def test_a_column_is_read_in_one_way_for_all_analyses(tmp_path):
    outcome = "outcome: {source: b, column: y, missing: ['-8']}"
    odds = f"name: odds, kind: logistic, {outcome}, covariates: [{{source: a, column: x}}]"
    path = tmp_path / "config.yaml"
    path.write_text(f"{CONFIG}analyses:\n  - {{{MEAN}}}\n  - {{{odds}}}\n")
    analysed = {each.column: each for each in examine(path).loaded.config.analysed}
    assert (analysed["y"].kind, analysed["y"].missing) == ("binary", ("-8",))
    assert analysed["x"].kind == "number"

"""Sections of what models say: raw and shrunken in one row, references said, nothing missing."""

from dataclasses import replace

from linkage.config.group_names import CROSS
from quality.estimate import Estimate
from quality.report.lookup import Lookup
from quality.report.sections.groups import group_sections
from quality.report.sections.intersections import intersections_section
from quality.report.sections.representativity import representativity_section
from tests.quality.report.conftest import config

BY = CROSS.join(("race", "sex"))


def row(measure, method, **changes):
    return Estimate(
        **{
            "measure": measure,
            "method": method,
            "source": "census",
            "other": "ssa",
            "estimate": 0.91,
            "lower": 0.88,
            "upper": 0.94,
            "level": 0.95,
            "interval_covers": "sampling only",
            "grade": "A" if method == "wilson" else "B",
            "n_records": 400,
            "status": "ok",
            "assumptions": (f"what {method} takes for granted",),
            **changes,
        }
    )


def lookup(*rows):
    return Lookup(config(), rows)


def text(section):
    said = [p for part in section.parts for p in (part.heading or "", *part.paragraphs)]
    said += [bullet for part in section.parts for bullet in part.bullets]
    return " ".join(said)


def tables(section):
    return [part.table for part in section.parts if part.table]


def cells(table, at):
    keys = [column.key for column in table.columns]
    return dict(zip(keys, (cell.text for cell in table.rows[at]), strict=True))


def test_sections_say_so_where_there_is_nothing():
    for section in (intersections_section, representativity_section):
        made = section(lookup())
        assert len(made.parts) == 1
        assert made.parts[0].paragraphs


def test_adjusted_difference_has_what_missing_identifiers_leave_in_its_row():
    changes = {"characteristic": "race", "group": "Black", "reference": "White", "n_tests": 12}
    plain = row("link_ame", "logistic", estimate=-0.071, lower=-0.1, upper=-0.04, **changes)
    beside = replace(plain, variable="missing_identifiers", estimate=-0.012)
    sections = {each.id: each for each in group_sections(lookup(plain, beside))}
    (table,) = tables(sections["by-race"])
    assert "against White" in table.caption
    assert "12 comparisons" in table.detail
    shown = cells(table, 0)
    assert (shown["difference"], shown["beside"]) == ("\N{MINUS SIGN}7.1", "\N{MINUS SIGN}1.2")
    assert (shown["lower"], shown["upper"]) == ("\N{MINUS SIGN}10.0", "\N{MINUS SIGN}4.0")
    assert "Chance of being linked: what logistic takes for granted." in text(
        sections["group-assumptions"]
    )


def test_being_missed_is_refused_by_name():
    refused = row("missed_ame", "none", grade="E", status="not_identified", estimate=None)
    said = " ".join(text(section) for section in group_sections(lookup(refused)))
    assert "Census 2020 to Social security: not identified. what none takes for granted." in said


def test_a_group_held_back_is_named_once_and_has_no_row():
    changes = {"characteristic": "race", "reference": "White"}
    rows = [
        row("link_ame", "logistic", group="Black", **changes),
        row("link_ame", "logistic", group="NHOPI", status="suppressed", **changes),
    ]
    (section,) = [each for each in group_sections(lookup(*rows)) if each.id == "by-race"]
    (table,) = tables(section)
    assert [line[0].text for line in table.rows] == ["Black"]
    assert table.notes[0] == "Suppressed [c]: NHOPI."


def test_missing_identifiers_that_change_nothing_have_no_column():
    changes = {"characteristic": "race", "group": "Black", "reference": "White"}
    plain = row("link_ame", "logistic", estimate=-0.071, lower=-0.1, upper=-0.04, **changes)
    same = replace(plain, variable="missing_identifiers")
    (section,) = [each for each in group_sections(lookup(plain, same)) if each.id == "by-race"]
    (table,) = tables(section)
    assert "beside" not in cells(table, 0)
    assert any("changes no figure of this table" in note for note in table.notes)
    assert any("rounded to 10 people" in note for note in table.notes)


def test_raw_and_shrunken_stand_in_one_row_and_the_status_is_the_raw_one():
    few = {"status": "too_few_to_tell", "characteristic": BY, "group": f"Black{CROSS}F"}
    raw = row("link_rate_in_cell", "wilson", **few)
    shrunken = row("link_rate_in_cell", "maihda", **few, **{"estimate": 0.934})
    excess = row(
        "link_rate_excess", "maihda", **few | {"status": "ok"}, **{"estimate": -0.02}, n_tests=7
    )
    between = row("link_rate_between_cells", "maihda", variable=BY, estimate=0.021)
    section = intersections_section(lookup(raw, shrunken, excess, between))
    first, second = tables(section)
    shown = cells(first, 0)
    assert (shown["raw"], shown["shrunken"]) == ("91.0% [u]", "93.4%")
    assert (shown["raw_lower"], shown["raw_upper"]) == ("88.0%", "94.0%")
    assert (shown["grade"], shown["status"]) == ("A: measured", "too few to tell")
    assert cells(second, 0)["excess"] == "\N{MINUS SIGN}2.0"
    assert "2.1% (88.0% to 94.0%) lies between the cells" in text(section)


def test_variance_that_cannot_be_estimated_is_said():
    raw = row("link_rate_in_cell", "wilson", characteristic=BY, group=f"Black{CROSS}F")
    none = row(
        "link_rate_between_cells",
        "none",
        variable=BY,
        estimate=None,
        status="not_identified",
        grade="E",
        assumptions=("between-cell variance not estimable: fewer than 10 cells",),
    )
    said = text(intersections_section(lookup(raw, none)))
    assert "Between-cell variance not estimable: fewer than 10 cells." in said


def test_representativity_shows_parts_with_their_sign():
    rows = [
        row("r_indicator", "logistic", estimate=0.881),
        row("r_coefficient_of_variation", "logistic", estimate=0.109),
        row("r_partial", "logistic", variable="race", estimate=0.053),
        row("r_partial_conditional", "logistic", variable="race", estimate=0.052),
        *(
            row(measure, "logistic", characteristic="race", group="Black", estimate=value)
            for measure, value in (("r_partial", -0.0467), ("r_partial_conditional", 0.0459))
        ),
    ]
    first, second = tables(representativity_section(lookup(*rows)))
    assert [line[1].text for line in first.rows] == ["0.881", "0.109"]
    assert cells(second, 0)["group"] == "All of race and ethnicity"
    shown = cells(second, 1)
    assert (shown["unconditional"], shown["conditional"]) == ("\N{MINUS SIGN}0.047", "0.046")


def test_what_is_held_back_shows_no_figure():
    hidden = {"status": "suppressed", "estimate": None, "lower": None, "upper": None}
    rows = [
        row("r_indicator", "logistic"),
        row("r_partial", "logistic", variable="race"),
        row("r_partial", "logistic", characteristic="race", group="NHOPI", **hidden),
    ]
    table = tables(representativity_section(lookup(*rows)))[1]
    assert cells(table, 1)["unconditional"] == "suppressed [c]"


def test_a_source_against_a_population_is_told_from_its_links():
    rows = [
        row("r_partial", "logistic", other=None, variable="race", estimate=0.08),
        row("r_partial", "logistic", other=None, characteristic="race", group="Black"),
    ]
    section = representativity_section(lookup(*rows))
    (table,) = tables(section)
    assert "Census 2020 against the reference population" in table.caption
    assert cells(table, 0)["conditional"] == "[x]"


def test_columns_in_which_no_row_can_be_read_are_one_sentence_each():
    changes = {"characteristic": "race", "group": "Black", "reference": "White"}
    plain = row("link_ame", "logistic", estimate=-0.071, lower=-0.1, upper=-0.04, **changes)
    held = replace(plain, variable="missing_identifiers", status="suppressed")
    missed = replace(plain, measure="missed_ame", status="too_few_to_tell")
    table = _by_race(plain, held, missed)
    assert not {"beside", "missed"} & set(cells(table, 0))
    assert sum("missing identifiers held equal too, no difference" in n for n in table.notes) == 1
    assert sum("too few were seen missed" in note for note in table.notes) == 1
    told = replace(missed, status="ok", group="Asian")
    both = replace(plain, group="Asian")
    table = _by_race(plain, held, missed, both, told)
    assert all("missed" in cells(table, at) for at in (0, 1))
    assert not any("too few were seen missed" in note for note in table.notes)


def _by_race(*rows):
    (section,) = [each for each in group_sections(lookup(*rows)) if each.id == "by-race"]
    (table,) = tables(section)
    return table

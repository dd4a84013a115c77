"""The section on sources that disagree: agreement, rules, and no link rate by a chosen group."""

from dataclasses import replace

from quality import measures
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.report.lookup import Lookup
from quality.report.sections.disagreement import disagreement_section

GROUPS = {
    "sex": {
        "source": "census",
        "column": "sex",
        "standard": "sex",
        "on": "2021-03-21",
        "rule": "latest",
        "also": [{"source": "ssa", "column": "sex", "on": "2022-01-01"}],
    }
}
ROW = Estimate(
    measure=measures.GROUP_AGREEMENT,
    method=measures.LINKED_RECORDS,
    source="census",
    other="ssa",
    variable="sex",
    stage=measures.DECIDE,
    estimate=0.96,
    lower=0.95,
    upper=0.97,
    level=0.95,
    interval_covers=measures.SAMPLING_ONLY,
    grade=grade_of(measures.LINKED_RECORDS),
    n_records=9000,
    status="ok",
)


def of_group(group, **changes):
    return replace(ROW, characteristic="sex", group=group, **changes)


ROWS = (
    ROW,
    replace(ROW, stage=measures.SURE_LINKS, estimate=0.99, lower=0.985, upper=0.995),
    replace(ROW, measure=measures.GROUP_KAPPA, estimate=0.91, lower=0.9, upper=0.92),
    replace(ROW, method=measures.FALSE_LINKS_REMOVED, estimate=0.98),
    of_group("Male"),
    of_group("Female", estimate=None, lower=None, upper=None, n_records=None, status="suppressed"),
    replace(ROW, measure=measures.GROUP_CHANGED_SHARE, stage="latest", estimate=0.033),
    *(
        of_group("Male", measure=measures.LINKED_GROUP_SHARE, stage=stage, estimate=share)
        for stage, share in (("own_word", 0.49), ("source_order", 0.491), ("latest", 0.512))
    ),
)


def section(make_config, rows, groups=GROUPS):
    return disagreement_section(Lookup(make_config(groups=groups), tuple(rows)))


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_agreement_is_in_the_order_of_the_list_with_sure_links_beside_it(make_config):
    table = section(make_config, ROWS).parts[1].table
    rows = texts(table)
    assert [row[0] for row in rows] == [
        "All records",
        "All records, false links taken out",
        "All records: kappa",
        "Female",
        "Male",
    ]
    assert rows[0][2:6] == ["96.0%", "95.0%", "97.0%", "99.0% (98.5% to 99.5%)"]
    assert rows[2][2] == "0.91"
    assert rows[3][2] == "suppressed [c]"


def test_rules_that_change_alike_share_a_column_and_the_others_stand_beside_it(make_config):
    part = section(make_config, ROWS).parts[2]
    assert [column.key for column in part.table.columns] == [
        "group",
        "own_word",
        "source_order",
        "latest",
    ]
    assert "51.2% (95.0% to 97.0%)" in texts(part.table)[0]
    assert part.table.notes == (
        "Most frequent: as source order.",
        "Self report first: as source order.",
    )
    assert any("3.3% (95.0% to 97.0%) of linked records change group" in t for t in part.paragraphs)


def test_the_rule_is_named_and_link_rates_by_it_are_refused(make_config):
    said = " ".join(section(make_config, ROWS).parts[2].paragraphs)
    assert "The rule of this run is latest" in said
    assert "By a rule that takes another source's word they are not identified" in said


def test_one_holder_alone_has_nothing_to_disagree_with(make_config):
    alone = {"sex": {"source": "census", "column": "sex", "standard": "sex"}}
    found = section(make_config, (), alone)
    assert found.parts[0].paragraphs[0].startswith("No characteristic of this run is held by more")

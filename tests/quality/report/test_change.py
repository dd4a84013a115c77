"""The chapters on change and on sensitivity, from estimates made by hand."""

import pytest

from quality import measures
from quality.report.lookup import Lookup
from quality.report.page import page_record
from quality.report.sections.change import change_section
from quality.report.sections.sensitivity import sensitivity_section


def tables(section):
    return {part.table.id: part.table for part in section.parts if part.table}


def text(section):
    return " ".join(word for part in section.parts for word in (*part.paragraphs, *part.bullets))


@pytest.fixture
def rows(rate):
    """One rate of all records and of two groups: now, how it changed, and in two releases."""
    place = {"source": "census", "other": "ssa", "stage": "decide"}
    groups = [{}, *({"characteristic": "sex", "group": each} for each in ("Female", "Male"))]
    found = []
    for each in groups:
        own = place | each
        found.append(rate(measures.LINK_RATE, measures.WILSON, **own))
        found += [
            rate(measures.EARLIER[measures.LINK_RATE], measures.WILSON, variable=run, **own)
            for run in ("20250101T000000Z-aaaaaaaa", "20260101T000000Z-bbbbbbbb")
        ]
        hidden = {"estimate": None, "lower": None, "upper": None, "status": "suppressed"}
        found.append(
            rate(
                "link_rate_change",
                measures.NEWCOMBE,
                reference="20260101T000000Z-bbbbbbbb",
                n_tests=2,
                p_adjusted=0.001,
                finding="lower",
                **own,
                **(
                    hidden
                    if each.get("group") == "Male"
                    else {"estimate": -0.031, "lower": -0.05, "upper": -0.012}
                ),
            )
        )
    return tuple(found)


def test_changes_stand_with_their_limits_and_what_they_show(rows, make_config):
    section = change_section(Lookup(make_config(), rows))
    found = tables(section)
    (overall,) = found["change"].rows
    assert [cell.text for cell in overall][:4] == [
        "Link rate",
        "\N{MINUS SIGN}3.1 (\N{MINUS SIGN}5.0 to \N{MINUS SIGN}1.2)",
        "0.001",
        "lower",
    ]
    female, male = found["change-sex"].rows
    assert male[2].text == "suppressed [c]"
    assert male[4].text == "[c]"
    assert female[0].text == "Female"
    assert "Since run 20260101T000000Z-bbbbbbbb" in found["change"].caption


def test_the_last_releases_stand_beside_this_run(rows, make_config):
    found = tables(change_section(Lookup(make_config(), rows)))
    trend = found["link_rate_earlier-census-ssa-sex"]
    assert [column.label for column in trend.columns] == [
        "Sex",
        "Run 20250101T000000Z-aaaaaaaa",
        "Run 20260101T000000Z-bbbbbbbb",
        "This run",
    ]
    assert len(trend.rows) == 2
    one = tuple(row for row in rows if row.variable != "20250101T000000Z-aaaaaaaa")
    assert len(tables(change_section(Lookup(make_config(), one)))) == 2


def test_without_an_earlier_release_the_chapter_says_so(make_config):
    section = change_section(Lookup(make_config(), ()))
    assert "No release of this configuration was approved before" in text(section)
    assert not tables(section)


def test_where_no_one_threshold_decides_the_chapter_says_so(make_config):
    linkage = {"type": "link_and_deduplicate", "focal": "census"}
    section = sensitivity_section(Lookup(make_config(linkage=linkage), ()), None)
    assert "do not hang on one threshold alone" in text(section)
    section = sensitivity_section(Lookup(make_config(), ()), None)
    assert "no other threshold was tried" in text(section)


def test_rates_at_other_thresholds_stand_around_the_runs_own(rate, rows, make_config):
    place = {"source": "census", "other": "ssa", "stage": "decide"}
    hidden = {"estimate": None, "lower": None, "upper": None, "status": "suppressed"}
    at = [
        rate(measures.LINK_RATE_AT, measures.WILSON, variable=name, estimate=value, **place)
        for name, value in zip(measures.FACTORS, (0.99, 0.98, 0.96, 0.95), strict=True)
    ]
    by_sex = [
        rate(
            measures.LINK_RATE_AT,
            measures.WILSON,
            variable=name,
            characteristic="sex",
            group=group,
            **place,
            **hidden,
        )
        for name in measures.FARTHEST
        for group in ("Female", "Male")
    ]
    section = sensitivity_section(Lookup(make_config(), (*rows, *at, *by_sex)), None)
    (table,) = tables(section).values()
    assert [row[3].text[:5] for row in table.rows] == ["99.0%", "98.0%", "97.0%", "96.0%", "95.0%"]
    assert "Other thresholds are not shown by sex" in text(section)


def test_suppressed_thresholds_are_not_taken_for_no_change(rate, rows, make_config):
    place = {"source": "census", "other": "ssa", "stage": "decide"}
    hidden = {"estimate": None, "lower": None, "upper": None, "status": "suppressed"}
    at = [
        rate(measures.LINK_RATE_AT, measures.WILSON, variable=name, **place, **hidden)
        for name in measures.FACTORS
    ]
    lost = rate(
        measures.THRESHOLD_LOSS, measures.TRUTH, estimate=0.012, lower=0.01, upper=0.02, **place
    )
    section = sensitivity_section(Lookup(make_config(), (*rows, *at, lost)), None)
    assert "That does not say that nothing changes" in text(section)
    assert "the threshold loses 1.2%" in text(section)
    assert "hardly matters" not in text(section)


def test_every_number_of_both_chapters_is_in_the_data_file(make_page):
    record = page_record(make_page())
    ids = [section["id"] for chapter in record["chapters"] for section in chapter["sections"]]
    assert {"change", "sensitivity"} <= {*ids}

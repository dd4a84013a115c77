"""Documents say what is known, show every gap and where it is filled, and print text as text."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from linkage.config.json_schema import settings_at
from quality import measures
from quality.documents.items import ABSENT, APPROVAL, PUBLICATION, UNCHECKED
from quality.documents.official import official
from quality.documents.qaad import qaad
from quality.documents.write import MAKERS, STATEMENT, documents
from quality.report.build import build
from quality.report.page import page_record
from tests.quality.documents.conftest import SAID

LISTS = (official, *MAKERS)
HOSTILE = "<script>x</script> **b** _i_ `c` [l](http://e.org) | # ~~s~~ ![p](q) &amp; {{ 7*7 }}"


def texts(known):
    return {path.name: text for path, text in documents(known)}


def values(said):
    """Yield the values of a section, lists and sections within it opened."""
    for value in said.values():
        yield from values(value) if isinstance(value, dict) else [value]


def test_the_documents_are_those_that_official_statistics_require(silent):
    assert [path.as_posix() for path, _ in documents(silent)] == [
        "for_release/linkage-statement.md",
        *(
            f"for_release/documents/{name}.md"
            for name in (
                "guild",
                "record",
                "quality-assurance",
                "quality-and-methods",
                "transparency-record",
            )
        ),
    ]


@pytest.mark.parametrize("make", LISTS)
def test_every_gap_is_filled_at_a_setting_that_there_is(silent, make):
    gaps = [gap for item in make(silent).items for gap in item.gaps]
    settings = [gap for gap in gaps if gap not in {APPROVAL, PUBLICATION}]
    assert settings
    for gap in settings:
        *section, name = gap.split(".")
        assert name in settings_at(tuple(section)), gap


def test_nothing_is_a_gap_that_the_configuration_fills(told):
    for make in LISTS:
        for item in make(told).items:
            assert not [gap for gap in item.gaps if gap.startswith("documentation")], item.id


def test_everything_that_the_configuration_says_is_printed(told):
    printed = " ".join(texts(told).values())
    for value in values(SAID):
        if value not in {"medium", "high", "https://example.org/licence"}:
            assert re.sub(r"([_])", r"\\\1", str(value)) in printed, value


def test_gaps_say_where_to_write(silent):
    written = texts(silent)
    assert "`documentation.sources.census.coverage`" in written["guild.md"]
    assert f"**{ABSENT}** (configuration, `documentation.contact`)" in written[STATEMENT.name]
    assert f"It belongs in {PUBLICATION}." in written["transparency-record.md"]


def test_chapters_that_are_named_are_there(silent):
    there = {chapter.number for chapter in build(silent.inputs).chapters}
    for make in LISTS:
        assert {number for item in make(silent).items for number in item.chapters} <= there


def test_wording_that_was_not_read_is_marked(silent):
    assert all(not item.checked for item in MAKERS[0](silent).items)
    assert texts(silent)["guild.md"].count(f"(*{UNCHECKED}*)") == len(MAKERS[0](silent).items)
    assert UNCHECKED not in texts(silent)["record.md"]


def test_a_review_is_no_count_of_links_that_cannot_be(make_known):
    known = make_known(reviewed=True)
    items = {item.id: item for item in official(known).items}
    assert items["08"].held == "given"
    reviewed = [e for e in known.lookup.estimates if e.method != measures.IMPOSSIBLE_LINKS]
    known = replace(known, lookup=replace(known.lookup, estimates=tuple(reviewed)))
    items = {item.id: item for item in official(known).items}
    assert items["08"].gaps == ("quality.impossible",)


def test_nothing_is_given_that_the_report_does_not_hold(make_known, told):
    page = json.dumps(page_record(build(told.inputs)))
    items = {item.id: item for item in official(told).items}
    assert "An act of parliament" in page
    assert items["01"].gaps == (APPROVAL,)  # it comes after the report
    assert "Religion or belief" in {line.about for line in items["09"].lines if line.text is None}
    assert "intersections" in items["09"].gaps
    assert 4 not in items["09"].chapters
    areas = {item.id: item.held for item in qaad(told).items}
    assert items["14"].held == ("given" if set(areas.values()) == {"given"} else "given in part")


def test_thresholds_that_were_not_tried_are_a_gap(told):
    (item,) = (each for each in official(told).items if each.id == "07")
    assert item.held == "given in part"
    assert any(line.about == "Other thresholds (not tried)" for line in item.lines)


@pytest.mark.parametrize("reviewed", [False, True])
def test_every_figure_of_a_document_is_on_the_page(make_known, reviewed):
    known = make_known(SAID, reviewed=reviewed)
    page = json.dumps(page_record(build(known.inputs)), ensure_ascii=False)
    figures = {each for text in texts(known).values() for each in re.findall(r"\d[\d,.]*%", text)}
    assert figures
    assert [figure for figure in figures if figure not in page] == []


def kinds(tokens):
    for token in tokens:
        yield token.type
        yield from kinds(token.children or ())


def test_text_of_the_configuration_is_never_markup(make_known):
    plain = make_known({"producer": "An office"}, purpose="To see")
    hostile = make_known({"producer": HOSTILE}, purpose=HOSTILE)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for (_, text), (_, usual) in zip(documents(hostile), documents(plain), strict=True):
        assert sorted(kinds(parser.parse(text))) == sorted(kinds(parser.parse(usual)))
    rendered = parser.render(dict(documents(hostile))[Path(STATEMENT)])
    assert "&lt;script&gt;x&lt;/script&gt; **b** _i_ `c` [l](http://e.org)" in rendered
    assert "{{ 7*7 }}" in rendered

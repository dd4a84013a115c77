"""The page as HTML: one file, no script, no request, every value escaped, every table named."""

import itertools
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from quality.report.render import environment, render
from tests.quality.report.conftest import NASTY

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Seen(HTMLParser):
    """Every element with its attributes, and the text of the page."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.text, self.open = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open and "svg" not in self.open:
            self.text.append(data)

    def named(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(scope="module")
def html(page):
    return render(page)


@pytest.fixture(scope="module")
def seen(html):
    return Seen(html)


@pytest.fixture(scope="module")
def nasty(make_page, make_config):
    configured = {"race": {"source": "census", "column": "race", "label": NASTY[0]}}
    groups = {"race": [(name, 1_000 + 50 * k, 900) for k, name in enumerate(NASTY)]}
    settings = make_config(groups=configured, purpose=NASTY[1])
    return render(make_page(settings=settings, groups=groups))


def test_it_is_small_and_whole(html):
    assert len(html.encode()) < 1_500_000
    assert html.startswith("<!DOCTYPE html>")


def test_every_element_is_closed(seen):
    assert seen.open == []


def test_it_makes_no_request_and_runs_no_script(html, seen):
    tags = {tag for tag, _ in seen.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    for tag, attrs in seen.elements:
        for name, value in attrs.items():
            assert not name.startswith("on"), (tag, name)
            if name in {"src", "href", "xlink:href", "action", "data", "poster"}:
                assert value.startswith("#"), (tag, value)
    assert "url(" not in html
    assert "http:" not in html
    assert "https:" not in html


def test_its_policy_forbids_everything_but_its_own_style(seen):
    (policy,) = [m["content"] for m in seen.named("meta") if "http-equiv" in m]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


def test_its_frame_is_accessible(seen):
    assert seen.named("html") == [{"lang": "en-GB"}]
    assert len(seen.named("h1")) == 1
    assert len(seen.named("main")) == 1
    assert {tag for tag, _ in seen.elements} >= {"header", "main", "footer", "nav", "title"}
    first_link = seen.named("a")[0]
    assert first_link == {"class": "skip", "href": "#main"}


def test_headings_do_not_skip_a_level(seen):
    levels = [int(tag[1]) for tag, _ in seen.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(later <= first + 1 for first, later in itertools.pairwise(levels))


def test_ids_are_unique_and_every_reference_leads_somewhere(seen):
    ids = [attrs["id"] for _, attrs in seen.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in seen.elements:
        for name in ("aria-labelledby", "href"):
            for target in attrs.get(name, "").replace("#", "").split():
                assert target in ids


def test_tables_have_captions_scopes_and_no_empty_cell(html, seen):
    n = len(seen.named("table"))
    assert len(seen.named("caption")) == n
    assert all(attrs.get("scope") in {"col", "row"} for attrs in seen.named("th"))
    assert not re.search(r"<(t[dh])[^>]*>(<bdi>)?\s*(</bdi>)?</\1>", html)


def test_what_scrolls_can_be_reached_by_keyboard_and_has_a_name(seen):
    boxes = [attrs for attrs in seen.named("div") if attrs.get("class") == "scroll"]
    assert len(boxes) == len(seen.named("table")) + len(seen.named("svg"))
    for attrs in boxes:
        assert attrs["tabindex"] == "0"
        assert attrs["role"] == "region"
        assert attrs.get("aria-labelledby") or attrs.get("aria-label")


def test_figures_are_images_with_title_and_description(html, seen):
    for attrs in seen.named("svg"):
        assert attrs["role"] == "img"
        assert len(attrs["aria-labelledby"].split()) == 2
    figures = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
    assert len(figures) == len(seen.named("svg")) > 5
    for figure in figures:
        root = ElementTree.fromstring(figure)
        assert root.find("title").text
        assert root.find("desc").text
        assert root.find("g").attrib["aria-hidden"] == "true"


def test_the_header_says_that_no_error_rate_was_measured(html):
    before_main_points = html.split("Main points")[0]
    assert "No error rate on this page has been measured" in before_main_points


def test_names_are_text_and_nothing_else(nasty):
    found = Seen(nasty)
    assert found.open == []
    assert not found.named("script")
    assert not found.named("img")
    assert "<script>alert" not in nasty
    assert "{{7*7}}" in nasty
    assert all(not name.startswith("on") for _, attrs in found.elements for name in attrs)
    for figure in re.findall(r"<svg.*?</svg>", nasty, flags=re.DOTALL):
        ElementTree.fromstring(figure)


def test_a_name_from_right_to_left_keeps_to_itself(nasty):
    assert f"<bdi>\N{FIRST STRONG ISOLATE}{NASTY[4]}\N{POP DIRECTIONAL ISOLATE}</bdi>" in nasty
    opened = nasty.count("\N{FIRST STRONG ISOLATE}")
    assert opened == nasty.count("\N{POP DIRECTIONAL ISOLATE}") > 0


def test_two_hundred_groups_stay_under_the_limit(make_page, make_config, make_errors):
    groups = {"area": [(f"Area number {k}", 10_000, 9_000 + k) for k in range(200)]}
    settings = make_config(groups={"area": {"source": "census", "column": "area"}})
    errors = make_errors(groups, reviewed=True)
    text = render(make_page(settings=settings, groups=groups, errors=errors))
    assert len(text.encode()) < 1_500_000
    assert Seen(text).open == []
    assert text.count("Area number 199") > 3


def test_everything_suppressed_is_said_and_shows_no_figure_of_people(make_page, make_config):
    configured = {"sex": {"source": "census", "column": "sex", "standard": "sex"}}
    small = {"sex": [("Female", 6, 3), ("Male", 3, 3), ("unknown", 1, 0)]}
    page = make_page(settings=make_config(groups=configured), groups=small, missing={})
    assert page.heading.endswith("no link rate can be shown")
    text = render(page)
    assert Seen(text).open == []
    rates = text.split('<h3 id="by-sex">')[1].split("<h3 ")[0]
    assert "Suppressed [c]" in rates
    assert "%" not in re.sub(r"<p>.*?</p>|<svg.*?</svg>|\d+% intervals", "", rates, flags=re.DOTALL)


def test_a_group_of_one_person_is_neither_counted_nor_named(make_page, make_config):
    configured = {"place": {"source": "census", "column": "place"}}
    groups = {"place": [("here", 900, 800), ("Zzyzx", 1, 1), ("there", 800, 700)]}
    text = render(make_page(settings=make_config(groups=configured), groups=groups))
    assert "Zzyzx" not in text
    assert "1 group too small to name" in text


def test_a_page_with_nothing_to_show_is_still_a_page(make_page, make_config):
    text = render(
        make_page(settings=make_config(groups={}), groups={}, missing={}, training={}, manifest={})
    )
    assert Seen(text).open == []


def test_nothing_undefined_is_passed_over():
    assert environment().autoescape is True
    with pytest.raises(Exception, match="undefined"):
        environment().from_string("{{ nothing }}").render()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("99.8% [u] (98.7% to over 99.9%)", "99.8% [u] (98.7%\xa0to\xa0over\xa099.9%)"),
        ("known (from a list)", "known (from a list)"),
    ],
)
def test_an_interval_is_not_broken_over_two_lines(text, kept):
    assert environment().filters["whole"](text) == kept

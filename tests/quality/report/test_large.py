"""A run by twelve characteristics with 504 groups: small enough to send, and made in seconds."""

import re
import time

import pytest

from quality.report.build import build
from quality.report.page import page_record
from quality.report.render import render

CHARACTERISTICS, GROUPS = 12, 42
MEGABYTE = 1_000_000


@pytest.fixture
def folded(large, monkeypatch):
    """Return the same page as HTML, where a page must be a third as large."""
    for module in ("render", "folding"):
        monkeypatch.setattr(f"quality.report.{module}.MOST_BYTES", len(large[1].encode()) // 3)
    return render(large[0])


@pytest.fixture(scope="module")
def large(make_inputs, make_config, make_errors):
    """Return the view model, its HTML and the seconds of processor time that both took."""
    names = [f"characteristic_{k}" for k in range(CHARACTERISTICS)]
    groups = {
        name: [
            (f"Group {j} of a long list, by {name}", 5_000 + j, 4_500 + j) for j in range(GROUPS)
        ]
        for name in names
    }
    configured = {name: {"source": "census", "column": name} for name in names}
    inputs = make_inputs(
        settings=make_config(groups=configured),
        groups=groups,
        errors=make_errors(groups, reviewed=True),
    )
    start = time.process_time()
    page = build(inputs)
    text = render(page)
    return page, text, time.process_time() - start


def test_it_is_at_most_a_megabyte_and_a_half_and_takes_under_ten_seconds(large):
    _, text, seconds = large
    assert len(text.encode()) <= 1.5 * MEGABYTE
    assert seconds < 10


def test_every_group_has_its_row_with_link_rate_and_recall(large):
    _, text, _ = large
    summaries = re.findall(r'<caption id="summary-.*?</table>', text, flags=re.DOTALL)
    rows = sum(each.count('<th scope="row">') for each in summaries)
    assert rows == CHARACTERISTICS * (GROUPS + 1)


def test_what_is_left_out_is_named_and_stands_in_the_record(large, folded):
    tables = {
        part["table"]["id"]
        for chapter in page_record(large[0])["chapters"]
        for section in chapter["sections"]
        for part in section["parts"]
        if "table" in part
    }
    named = set(re.findall(r"It stands in report\.json as ([\w-]+);", folded))
    shown = set(re.findall(r'<caption id="([\w-]+)-caption">', folded))
    assert len(named) > 10
    assert not named & shown
    assert named | shown == tables
    assert "Left out" not in folded.split('<nav class="contents"')[0]


def test_how_records_link_goes_last(folded):
    shown = re.findall(r'<caption id="([\w-]+)-caption">', folded)
    assert any(each.startswith("summary-review") for each in shown)
    assert not any(each.startswith(("missing", "main-loss")) for each in shown if "char" in each)

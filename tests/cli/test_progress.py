import io
import json

import pytest

from cli.progress import JsonLines, PlainLines, duration, how_far, observer
from cli.progress_bar import bar


def watched(watching):
    watching.planned(["ingest", "count"])
    watching.skipped("ingest")
    watching.started("count")
    watching.progressed("count", 10, 40, "pairs")
    watching.progressed("count", 20, None, "pairs")
    watching.finished("count", 75.2)


def test_plain_lines_say_now_and_then_how_far():
    stream, times = io.StringIO(), iter([0.0, 11.0, 12.0])
    watched(PlainLines(stream, lambda: next(times)))
    assert stream.getvalue().splitlines() == [
        "[1/2] ingest: already done",
        "[2/2] count: ...",
        "[2/2] count: 10 of 40 pairs, about 33 s left",
        "[2/2] count: done in 1 min 15 s",
    ]


def test_json_lines_tell_everything():
    stream = io.StringIO()
    watched(JsonLines(stream))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == [
        "planned",
        "stage_skipped",
        "stage_started",
        "progress",
        "progress",
        "stage_finished",
    ]
    assert (lines[3]["done"], lines[3]["total"], lines[3]["unit"]) == (10, 40, "pairs")


def test_a_failure_is_told_by_its_class():
    stream = io.StringIO()
    for watching in (PlainLines(stream), JsonLines(stream)):
        watching.planned(["count"])
        watching.failed("count", ValueError("Smith"))
    assert "[1/1] count: failed" in stream.getvalue()
    assert '"error": "ValueError"' in stream.getvalue()
    assert "Smith" not in stream.getvalue()


def test_a_bar_shows_each_stage(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    stream = io.StringIO()
    with bar(stream) as watching:
        watched(watching)
        watching.started("ingest")
        watching.failed("ingest", KeyboardInterrupt())
    assert "[1/2] ingest" in stream.getvalue()
    assert "done in 1 min 15 s" in stream.getvalue()
    assert "stopped" in stream.getvalue()


@pytest.mark.parametrize(
    ("asked", "terminal", "kind"),
    [
        ("auto", True, "Bar"),
        ("auto", False, "PlainLines"),
        ("plain", True, "PlainLines"),
        ("json", True, "JsonLines"),
    ],
)
def test_what_is_shown_suits_who_reads_it(monkeypatch, asked, terminal, kind):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    stream = io.StringIO()
    stream.isatty = lambda: terminal
    with observer(asked, stream) as watching:
        assert type(watching).__name__ == kind


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.42, "0.4 s"), (12.4, "12 s"), (185, "3 min 05 s"), (7800, "2 h 10 min")],
)
def test_durations_are_said_as_people_do(seconds, said):
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("done", "total", "said"),
    [
        (1000, None, "1,000 rows"),
        (0, 10, "0 of 10 rows"),
        (10, 10, "10 of 10 rows"),
        (5, 10, "5 of 10 rows, about 8.0 s left"),
    ],
)
def test_the_time_left_is_said_where_it_is_known(done, total, said):
    assert how_far(done, total, "rows", 8.0) == said

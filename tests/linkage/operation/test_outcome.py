"""What monitors read: how the last run ended, in Prometheus' text format, and nothing of people."""

import re

import pytest

from linkage.errors import StorageError
from linkage.operation.outcome import (
    Outcome,
    is_ours,
    last_outcome,
    metrics,
    succeeded,
    write_outcome,
)

GOOD = Outcome(
    name="small",
    exit_code=0,
    started="2026-06-01T00:00:00+00:00",
    ended="2026-06-01T00:01:00+00:00",
    seconds=60.5,
    run="r1",
    stages={"ingest": 1.25, "score": 40.0},
    succeeded="2026-06-01T00:01:00+00:00",
    approved_until="2026-06-30",
)
SAMPLE = re.compile(r'linkage_[a-z_]+\{linkage="[\w.-]+"(,stage="[\w-]+")?\} -?[0-9.e+]+')


def test_metrics_are_gauges_with_a_help_and_a_type_before_their_samples():
    lines = list(metrics(GOOD))
    named = None
    for line in lines:
        if line.startswith("# HELP "):
            named = line.split()[2]
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {named} gauge"
        else:
            assert SAMPLE.fullmatch(line), line
            assert line.startswith(f"{named}{{")
    helps = [line.split()[2] for line in lines if line.startswith("# HELP ")]
    assert len(set(helps)) == len(helps) == 7


def test_metrics_say_what_the_outcome_says():
    said = dict(line.rsplit(" ", 1) for line in metrics(GOOD) if line[0] != "#")
    assert said['linkage_exit_code{linkage="small"}'] == "0"
    assert said['linkage_duration_seconds{linkage="small"}'] == "60.5"
    assert said['linkage_end_timestamp_seconds{linkage="small"}'] == "1780272060"
    assert said['linkage_success_timestamp_seconds{linkage="small"}'] == "1780272060"
    assert said['linkage_approval_end_timestamp_seconds{linkage="small"}'] == "1782863999"
    assert said['linkage_stage_duration_seconds{linkage="small",stage="score"}'] == "40"


def test_what_is_written_is_read_again_and_an_older_format_is_read_too(tmp_path):
    write_outcome(tmp_path, GOOD)
    assert last_outcome(tmp_path) == GOOD
    assert (tmp_path / "metrics.prom").read_text().endswith("\n")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    (tmp_path / "status.json").write_text('{"name": "small"')
    assert last_outcome(tmp_path) is None


def test_a_file_where_the_folder_should_be_is_not_ours_and_cannot_be_read(tmp_path):
    assert is_ours(tmp_path)
    (tmp_path / "small").write_text("mine")
    assert not is_ours(tmp_path / "small")
    with pytest.raises(StorageError, match="R402"):
        last_outcome(tmp_path / "small")


def test_the_last_success_outlives_failures():
    assert succeeded(0, "now", None) == "now"
    assert succeeded(74, "now", GOOD) == GOOD.succeeded
    assert succeeded(74, "now", None) is None

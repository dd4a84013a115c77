"""The manifest of a release: every file and rule, and what was held back, told alike."""

import hashlib
import json

from quality import measures
from quality.release.reasons import reason


def test_it_waits_and_says_what_it_is_of(tmp_path, pending):
    release = pending(tmp_path / "runs" / "small" / "r1") / "for_release"
    manifest = json.loads((release / "release-manifest.json").read_text())
    assert (manifest["state"], manifest["config"], manifest["run"]) == ("pending", "small", "r1")
    assert manifest["purpose"] == "to see whether it works"
    assert manifest["sources"] == {"a": "a" * 64, "b": "b" * 64}
    assert (manifest["runner"], manifest["started"]) == (1234, "2026-01-01T00:00:00+00:00")
    assert (manifest["rules"]["threshold"], manifest["rules"]["rounding"]) == (10, 5)
    assert str(tmp_path) not in json.dumps(manifest)


def test_every_file_is_listed_with_its_hash_and_its_rows(tmp_path, pending):
    release = pending(tmp_path / "runs" / "small" / "r1") / "for_release"
    manifest = json.loads((release / "release-manifest.json").read_text())
    present = {
        path.relative_to(release).as_posix(): path.read_bytes()
        for path in release.rglob("*")
        if path.is_file() and path.name != "release-manifest.json"
    }
    listed = {each["path"]: each for each in manifest["files"]}
    assert {path: each["sha256"] for path, each in listed.items()} == {
        path: hashlib.sha256(data).hexdigest() for path, data in present.items()
    }
    assert all(each["bytes"] == len(present[path]) for path, each in listed.items())
    every = listed["estimates.csv"]
    assert (every["table"], every["rows"], every["rows_suppressed"]) == ("estimates", 4, 2)
    assert "table" not in listed["report.html"]


def test_the_checkers_view_says_what_was_held_back_and_why(tmp_path, pending):
    release = pending(tmp_path / "runs" / "small" / "r1") / "for_release"
    view = json.loads((release / "release-manifest.json").read_text())["suppressed"]
    told = {(each["table"], each["what"]): (each["rows"], each["why"]) for each in view}
    assert told["rates", "link_rate"] == (1, "a count under the threshold, or beside one that is")
    assert told["errors", "precision"][0] == 1
    assert "too few reviewed" in told["errors", "precision"][1]


def test_no_reason_tells_a_primary_cell_from_a_secondary_one():
    every = [measures.LINK_RATE, measures.LINK_RATE_FINDABLE, *measures.ANALYSES]
    every += [*measures.DISAGREEMENT, *measures.LINKAGE_WEIGHTING, *measures.ERROR_RATES]
    for measure in every:
        for method in (measures.WILSON, measures.REVIEW, measures.LOGISTIC, measures.TRUTH):
            assert "or beside" in reason(measure, method)

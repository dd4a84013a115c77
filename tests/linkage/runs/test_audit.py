import hashlib
import json
import stat

import pytest

from linkage.runs.audit import append_audit, verify
from linkage.runs.events import Event, append_event


@pytest.fixture
def chain(tmp_path):
    path = tmp_path / "audit.jsonl"
    for stage in ("ingest", "train", "score"):
        append_audit(path, Event("stage_finished", "r1", stage, seconds=1.5, frames=("a.py:1",)))
    return path


def test_a_chain_holds(chain):
    last = json.loads(chain.read_text().splitlines()[-1])
    assert verify(chain).holds
    assert verify(chain, last["hash"]).head == last["hash"]
    assert stat.S_IMODE(chain.stat().st_mode) == 0o600


def test_only_what_an_audit_needs_is_kept(chain):
    record = json.loads(chain.read_text().splitlines()[0])
    assert record.keys() == {"at", "event", "hash", "previous", "run", "stage", "user"}


@pytest.mark.parametrize(
    ("old", "new", "line"), [("train", "score", 2), ("r1", "r2", 1), ("stage_finished", "x", 1)]
)
def test_an_edit_is_found_at_its_line(chain, old, new, line):
    chain.write_text(chain.read_text().replace(old, new, 1))
    assert verify(chain).broken_at == line


def test_an_edit_with_its_hash_made_anew_breaks_the_next_line(chain):
    lines = chain.read_text().splitlines()
    record = json.loads(lines[0]) | {"run": "r2"}
    del record["hash"]
    text = json.dumps(record, sort_keys=True, separators=(",", ":"))
    record["hash"] = hashlib.sha256(text.encode()).hexdigest()
    chain.write_text("\n".join([json.dumps(record), *lines[1:]]) + "\n")
    assert verify(chain).broken_at == 2


def test_a_line_taken_out_is_found(chain):
    lines = chain.read_text().splitlines(keepends=True)
    chain.write_text(lines[0] + lines[2])
    assert verify(chain).broken_at == 2


def test_lines_out_of_order_are_found(chain):
    lines = chain.read_text().splitlines(keepends=True)
    chain.write_text(lines[0] + lines[2] + lines[1])
    assert verify(chain).broken_at == 2


def test_a_cut_tail_is_found_by_the_head(chain):
    head = verify(chain).head
    lines = chain.read_text().splitlines(keepends=True)
    chain.write_text("".join(lines[:2]))
    assert verify(chain).holds
    assert verify(chain, head).broken_at == 3


def test_a_torn_line_is_sealed_and_kept(chain):
    whole = chain.read_bytes()
    chain.write_bytes(whole + b'{"event": "sta')
    append_audit(chain, Event("run_resumed", "r1"))
    assert verify(chain).holds
    lines = chain.read_bytes().splitlines()
    assert lines[3] == b'{"event": "sta'
    chain.write_bytes(chain.read_bytes().replace(b'{"event": "sta\n', b'{"event": "stb\n'))
    assert verify(chain).broken_at == 5


def test_the_log_holds_the_filled_fields(tmp_path):
    path = tmp_path / "restricted" / "log.jsonl"
    append_event(path, Event("stage_failed", "r1", "train", codes=("T003",)))
    record = json.loads(path.read_text())
    assert record["codes"] == ["T003"]
    assert "frames" not in record
    assert "seconds" not in record

"""A run gives signs of life in its lock, and one that cannot be given fails the run."""

import os
import time
from datetime import datetime

import pytest

from linkage.errors import StorageError
from linkage.operation.heartbeat import beating
from linkage.runs.lock import hold, holder


def test_the_lock_says_who_lives_in_which_stage_and_since_when(tmp_path):
    with hold(tmp_path) as lock, beating(lock) as heartbeat:
        lock.announce("r1")
        heartbeat.started("score")
        said, held = holder(tmp_path)
        assert held
        assert (said["pid"], said["run"], said["stage"]) == (os.getpid(), "r1", "score")
        heartbeat.finished("score", 1.0)
        assert holder(tmp_path)[0]["stage"] is None
    assert holder(tmp_path) == ({}, False)


def test_signs_of_life_go_on_while_a_stage_lasts(tmp_path):
    with hold(tmp_path) as lock, beating(lock, every=0.05):
        first = datetime.fromisoformat(holder(tmp_path)[0]["at"])
        until = time.monotonic() + 20
        while datetime.fromisoformat(holder(tmp_path)[0]["at"]) == first:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_sign_that_cannot_be_given_fails_the_run(tmp_path, monkeypatch):
    with hold(tmp_path) as lock, beating(lock, every=0.01) as heartbeat:

        def full():
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(lock, "tell", full)
        time.sleep(0.2)
        monkeypatch.undo()
        with pytest.raises(StorageError) as refused:
            heartbeat.started("score")
        assert refused.value.faults[0].code == "R401"


def test_who_asks_does_not_take_the_lock(tmp_path):
    with hold(tmp_path):
        pass
    for _ in range(50):
        holder(tmp_path)
        with hold(tmp_path):
            pass

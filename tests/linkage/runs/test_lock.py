import json
import os
import stat

import pytest

from linkage.errors import LockedError, StorageError
from linkage.runs.lock import hold


def test_a_held_lock_says_which_run_holds_it(tmp_path):
    with hold(tmp_path / "home") as lock:
        lock.announce("20261122T190412Z-3fa1b2c4")
        with pytest.raises(LockedError) as caught, hold(tmp_path / "home"):
            pass
        fault = caught.value.faults[0]
        assert "run 20261122T190412Z-3fa1b2c4" in fault.message
        assert f"process {os.getpid()}" in fault.message
        assert caught.value.exit_code == 75


def test_a_lock_is_free_after_its_block(tmp_path):
    with pytest.raises(KeyError), hold(tmp_path):
        raise KeyError
    with hold(tmp_path):
        assert json.loads((tmp_path / ".lock").read_text())["run"] is None
    assert stat.S_IMODE((tmp_path / ".lock").stat().st_mode) == 0o600


def test_a_holder_that_has_not_said_who_it_is_still_holds(tmp_path):
    with hold(tmp_path):
        (tmp_path / ".lock").write_text("")
        with pytest.raises(LockedError, match="R410"), hold(tmp_path):
            pass


def test_a_lock_that_is_a_link_is_not_followed(tmp_path):
    (tmp_path / ".lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError, match="R402"), hold(tmp_path):
        pass
    assert not (tmp_path / "elsewhere").exists()

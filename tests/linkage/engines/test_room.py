"""Arrays in memory while there is room, then on disk without a name, freed and used again."""

import errno
import os

import numpy as np
import pytest

from linkage.engines.room import Room
from linkage.errors import StorageError


def test_arrays_lie_in_memory_until_it_is_taken_then_on_disk(tmp_path):
    room = Room(100, tmp_path)
    first, second, third = room.filled(20, -1), room.filled(20, 7), room.filled(5, 0)
    assert [isinstance(each, np.memmap) for each in (first, second, third)] == [False, True, False]
    assert second.tolist() == [7] * 20
    second[3] = 9
    assert second[3] == 9
    assert list(tmp_path.iterdir()) == []
    room.free(second)
    assert isinstance(room.filled(20, 0), np.memmap)
    room.free(first)
    assert not isinstance(room.filled(20, 0), np.memmap)


def test_a_full_disk_is_said_to_be(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(StorageError) as caught:
        Room(0, tmp_path).filled(10, 0)
    assert [fault.code for fault in caught.value.faults] == ["R401"]

"""Arrays in memory while there is room, then on disk without a name, freed and used again."""

import errno
import os

import numpy as np
import pytest

from linkage.engines.room import Room
from linkage.errors import StorageError


def test_arrays_lie_in_memory_until_it_is_taken_then_on_disk(tmp_path):
    room = Room(100, tmp_path)
    first, second, third = room.made(20), room.made(20), room.made(5)
    assert [isinstance(each, np.memmap) for each in (first, second, third)] == [False, True, False]
    second[:] = 7
    second[3] = 9
    assert second[2:5].tolist() == [7, 9, 7]
    assert list(tmp_path.iterdir()) == []
    room.free(second)
    assert isinstance(room.made(20), np.memmap)
    room.free(first)
    assert not isinstance(room.made(20), np.memmap)


def test_a_full_disk_is_said_to_be(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(StorageError) as caught:
        Room(0, tmp_path).made(10)
    assert [fault.code for fault in caught.value.faults] == ["R401"]

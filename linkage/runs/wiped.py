"""Folders for what lies in between: private, and gone however the work in them ends.

A killed process clears nothing up. So each holds its folder while it lives, and whoever works
beside it later removes those that nobody holds, and the scratch folders of their databases.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linkage.errors import Fault, LockedError
from linkage.runs.scratch import held, scratch_of, unheld
from linkage.runs.storage import storage

_SUFFIX = ".building"


def beside(folder: Path) -> Path:
    """Return where what is to become ``folder`` is made."""
    return folder.with_name(f".{folder.name}{_SUFFIX}")


@contextmanager
def wiped(folder: Path, temp: Path | None = None) -> Iterator[Path]:
    """Give the private folder ``beside(folder)``, which is gone when the block ends.

    Parameters
    ----------
    temp
        Where databases spill: ``engine.temp``.

    Raises
    ------
    LockedError
        R412 when another process is working there.
    """
    building = beside(folder)
    with storage(folder.parent, "making a folder for what lies in between"):
        sweep(folder.parent, temp)
        descriptor = held(building)
    if descriptor is None:
        message = "another command is writing this folder"
        fix = "wait until it has ended, or give another folder"
        raise LockedError(Fault("R412", message, fix, file=folder))
    try:
        yield building
    finally:
        _remove(building, temp)
        os.close(descriptor)


def sweep(parent: Path, temp: Path | None = None) -> None:
    """Remove the folders in ``parent`` that killed processes of this user left."""
    for left in unheld(parent.glob(f".?*{_SUFFIX}")):
        _remove(left, temp)


def _remove(folder: Path, temp: Path | None) -> None:
    for each in (scratch_of(folder.resolve(), temp), folder):
        shutil.rmtree(each, ignore_errors=True)

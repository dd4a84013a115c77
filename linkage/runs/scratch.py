"""Where the database may spill: private folders whose names tell what a killed process left."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from linkage.runs.publish import private_folder
from linkage.runs.storage import storage


def scratch_of(root: Path, temp: Path | None) -> Path:
    """Return the scratch folder of the run in ``root``: its own, and the same one every time.

    The same one, so that a run started again finds and clears what its killed self left.
    """
    if temp is None:
        return root / ".scratch"
    owner = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
    with suppress(OSError):
        temp = temp.resolve()
    return temp / f"link-{owner}"


@contextmanager
def reading(root: Path, temp: Path | None) -> Iterator[Path]:
    """Give a scratch folder to a reader of the finished run in ``root``, and remove it after.

    Readers at the same time have one each, the first of ``<scratch>-1``, ``<scratch>-2`` and so on
    that nobody holds; what a killed reader left in it is cleared.
    """
    scratch = scratch_of(root, temp)
    folders = (scratch.with_name(f"{scratch.name}-{n}") for n in count(1))
    with storage(scratch.parent, "making a scratch folder"):
        folder, descriptor = next(
            (folder, taken) for folder in folders if (taken := held(folder)) is not None
        )
        for left in folder.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def sweep_scratch(root: Path, temp: Path | None) -> None:
    """Remove where killed processes spilled that worked on the run in ``root``, or read it."""
    scratch = scratch_of(root.resolve(), temp)
    for left in unheld(scratch.parent.glob(f"{scratch.name}*")):
        shutil.rmtree(left)


def unheld(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield those of ``folders`` that are this user's and no process holds; each is held by us."""
    for folder in sorted(folders):
        if folder.is_symlink() or not folder.is_dir() or folder.stat().st_uid != os.geteuid():
            continue
        if (descriptor := held(folder)) is not None:
            try:
                yield folder
            finally:
                os.close(descriptor)


def held(folder: Path) -> int | None:
    """Make ``folder`` ours alone, and return what holds it; None where another process does."""
    private_folder(folder)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fchmod(descriptor, 0o700)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # whoever held it until just now has removed it
        if folder.exists() and os.path.samestat(os.fstat(descriptor), folder.stat()):
            return descriptor
    except BlockingIOError:
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None

"""What the database refused, said without its words: they quote the values they stumbled on."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from linkage.errors import Exit, Fault, LinkageError, StorageError

_LITTLE_ROOM = 64 * 2**20


class QueryError(LinkageError):
    """A query of ours failed: our fault, not the user's."""

    exit_code = Exit.BUG


def database_error(error: Exception, scratch: Path) -> LinkageError:
    """Return the fault for ``error``, by its kind alone.

    Running out of memory and out of scratch space is one class of exception in DuckDB: they are
    told apart by the limit it names and by the room left on ``scratch``.
    """
    kind, text = _kind(error), str(error)
    if kind == "Out of Memory":
        if "max_temp_directory_size" in text or _room(scratch) < _LITTLE_ROOM:
            return _no_scratch(scratch)
        return StorageError(
            Fault(
                "R405",
                "the memory this run may take is spent",
                "raise engine.memory, lower engine.threads, or write stricter blocking rules",
                path="engine.memory",
            )
        )
    if kind == "IO":
        full = "No space left" in text or "File too large" in text
        return _no_scratch(scratch) if full else _unreadable(scratch)
    return QueryError(Fault("T002", f"a query failed: {kind} error", "report this message"))


def is_interrupt(error: BaseException) -> bool:
    """Say whether a query ended because it was told to, by a signal."""
    raised = isinstance(error, duckdb.Error | OSError) and _kind(error) == "INTERRUPT"
    return raised or (isinstance(error, RuntimeError) and str(error) == "Query interrupted")


@contextmanager
def querying(scratch: Path) -> Iterator[None]:
    """Turn what the database raises in the block into a LinkageError that quotes nothing.

    While its results stream, DuckDB's errors arrive as an OSError that has no errno.
    """
    try:
        yield
    except (duckdb.Error, OSError) as error:
        if is_interrupt(error) or getattr(error, "errno", None) is not None:
            raise
        raise database_error(error, scratch) from None


def _kind(error: BaseException) -> str:
    """Return the kind that DuckDB writes before the colon; it holds no data."""
    said = re.match(r"([A-Z][A-Za-z ]{1,30}) Error:", str(error))
    return said[1] if said else type(error).__name__


def _room(folder: Path) -> int:
    return shutil.disk_usage(folder).free if folder.is_dir() else 0


def _no_scratch(scratch: Path) -> StorageError:
    return StorageError(
        Fault(
            "R407",
            "the scratch space this run may take is spent",
            "set engine.temp to a folder with more room, or raise engine.memory",
            file=scratch,
            path="engine.temp",
        )
    )


def _unreadable(scratch: Path) -> StorageError:
    return StorageError(
        Fault(
            "R403",
            "the storage reported a read or write error during a query",
            "check the disk of the sources, the output and the scratch folder; then run again",
            file=scratch,
        )
    )

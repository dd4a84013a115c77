"""An exception that left a stage, told without the values it may quote."""

import traceback
from pathlib import Path

import duckdb

from linkage.errors import Exit, Fault, LinkageError, StorageError
from linkage.runs.database import QueryError, database_error
from linkage.runs.storage import storage_error


class StageError(LinkageError):
    """A stage failed for a reason of ours, not the user's (exit 70)."""

    exit_code = Exit.BUG


def stage_error(error: Exception, stage: str, root: Path, scratch: Path) -> LinkageError:
    """Return what the user is told about ``error``: by its class and the stage, never its text."""
    if isinstance(error, duckdb.Error) or (isinstance(error, OSError) and error.errno is None):
        error = database_error(error, scratch)
    if isinstance(error, QueryError):
        return StageError(_ours(stage, error.faults[0].message))
    if isinstance(error, LinkageError):
        return error
    if isinstance(error, OSError):
        return storage_error(error, root, f"doing the stage {stage}")
    if isinstance(error, MemoryError):
        return StorageError(
            Fault(
                "R405",
                f"no memory left in the stage {stage}",
                "give the machine more memory, or lower engine.memory to leave more of it",
                path="engine.memory",
            )
        )
    return StageError(_ours(stage, type(error).__name__))


def frames(error: BaseException) -> tuple[str, ...]:
    """Return where ``error`` arose, outermost first: files, lines and functions, no values."""
    return tuple(
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__, limit=-20)
    )


def _ours(stage: str, kind: str) -> Fault:
    return Fault(
        "T003",
        f"the stage {stage} failed: {kind}",
        "this is a fault in the program: report the message and the frames in log.jsonl",
    )

"""The run's one DuckDB connection: bounded, private, and shut to everything it was not given."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb

from linkage.config.schema import Engine

_SHARE_OF_MEMORY = 0.6
_SHARE_OF_DISK = 0.9
_CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def connect(
    engine: Engine, scratch: Path, folders: Iterable[Path], files: Iterable[Path]
) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database that spills to ``scratch`` and reads only what is named.

    Everything is set here because the configuration is locked at the end: no statement, ours or
    one a user wrote, can lift a limit or reach another file.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{memory_limit(engine) // 2**10}KiB",
            "threads": engine.threads or default_threads(),
            "temp_directory": str(scratch),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            # else what it frees goes back to the system only when it works again
            "allocator_background_threads": True,
        },
    )
    # given to connect(), this limit is shown and not kept
    room = f"{_scratch_room(scratch) // 2**20}MiB"
    connection.execute("SET max_temp_directory_size = $room", {"room": room})
    allowed = [str(path.resolve()) for path in folders]
    readable = [str(path.resolve()) for path in files]
    connection.execute("SET allowed_directories = $allowed", {"allowed": allowed})
    # a database file is opened together with its write-ahead log
    readable += [f"{path}.wal" for path in readable]
    connection.execute("SET allowed_paths = $readable", {"readable": readable})
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def memory_limit(engine: Engine) -> int:
    """Return how many bytes the database may take, from the configuration or the machine."""
    if engine.memory is None:
        return default_memory()
    unit = {"MB": 10**6, "GB": 10**9}[engine.memory[-2:]]
    return int(float(engine.memory[:-2]) * unit)


def default_memory() -> int:
    """Return 60 % of the memory there is."""
    return int(_SHARE_OF_MEMORY * total_memory())


def total_memory() -> int:
    """Return the memory of the machine, or of the container where that is less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *_container_limits()])


def default_threads() -> int:
    """Return the number of processors this process may use."""
    return len(os.sched_getaffinity(0))


def _container_limits() -> Iterable[int]:
    for path in _CGROUP_LIMITS:
        if path.is_file() and (text := path.read_text(encoding="ascii").strip()).isdigit():
            yield int(text)


def _scratch_room(scratch: Path) -> int:
    return int(_SHARE_OF_DISK * shutil.disk_usage(scratch).free)

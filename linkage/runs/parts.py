"""A long stage's work in parts: what a stopped run finished is not done again."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.errors import StorageError
from linkage.runs.parquet import PARQUET
from linkage.runs.publish import private_folder, publishing
from linkage.runs.storage import storage, undamaged


class Parts:
    """Tables kept until the stage that makes them is done, each under a key that says what it is.

    They stand in a hidden folder of the run: no stage's output, gone when :meth:`clear` is called.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str, make: Callable[[], pa.Table]) -> pa.Table:
        """Return the part called ``key``: as it was left, or else made now and kept."""
        path = self._folder / f"{key}.parquet"
        left = _read(path)
        if left is not None:
            return left
        table = make()
        with storage(path, "keeping a part of a stage"):
            private_folder(self._folder)
            with publishing(path) as file:
                pq.write_table(table, file, **PARQUET)
        return table

    def clear(self) -> None:
        """Remove every part."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _read(path: Path) -> pa.Table | None:
    """Return a part; None where there is none, or none that can be trusted."""
    if not path.is_file():
        return None
    try:
        with undamaged(path):
            return pq.read_table(path, page_checksum_verification=True)
    except StorageError:
        return None

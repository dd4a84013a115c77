"""A long stage's work in parts: what a stopped run finished is not done again."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.errors import StorageError
from linkage.runs.publish import private_folder, publishing
from linkage.runs.storage import storage, undamaged
from linkage.runs.write_behind import behind

Part = Callable[[str, Callable[[], pa.Table]], pa.Table]


class Parts:
    """Tables of numbers kept until the stage that makes them is done, each under a key of its own.

    They stand in a hidden folder of the run: no stage's output, gone when :meth:`clear` is called.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def keeping(self) -> Iterator[Part]:
        """Give a function that returns the part of a key: as it was left, or else made and kept.

        A part is written while the next is made, and the last before the block ends.
        """
        with behind(self._keep) as keep:

            def get(key: str, make: Callable[[], pa.Table]) -> pa.Table:
                path = self._folder / f"{key}.parquet"
                left = _read(path)
                if left is not None:
                    return left
                table = make()
                keep((path, table))
                return table

            yield get

    def _keep(self, part: tuple[Path, pa.Table]) -> None:
        """Write a part to its path: bytes of numbers split and lightly compressed, to be quick."""
        path, table = part
        split = dict.fromkeys(table.column_names, "BYTE_STREAM_SPLIT")
        with storage(path, "keeping a part of a stage"):
            private_folder(self._folder)
            with publishing(path) as file:
                pq.write_table(
                    table,
                    file,
                    compression="lz4",
                    use_dictionary=False,
                    column_encoding=split,
                    write_statistics=False,
                    write_page_checksum=True,
                )

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

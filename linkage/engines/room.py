"""Memory for the arrays of an engine, and disk for those that a run may not hold there."""

import os
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from linkage.runs.storage import storage

Numbers = npt.NDArray[np.int32]


class Room:
    """Makes arrays in memory until ``nbytes`` are taken, and in ``folder`` from then on.

    What lies in ``folder`` is a file without a name, gone with the process however that ends; the
    system reads and writes it a page at a time.
    """

    def __init__(self, nbytes: int, folder: Path) -> None:
        self._left, self._folder = nbytes, folder

    def made(self, n: int) -> Numbers:
        """Return an array of ``n`` numbers, whatever they are.

        Raises
        ------
        StorageError
            The folder has no room for them.
        """
        size = n * np.dtype(np.int32).itemsize
        if size <= self._left:
            self._left -= size
            return np.empty(n, np.int32)
        with storage(self._folder, "making room for the records"):
            with tempfile.TemporaryFile(dir=self._folder) as file:
                # reserved at once: a page that finds no room later would end the process
                os.posix_fallocate(file.fileno(), 0, size)
                return np.memmap(file, np.int32, "r+", shape=(n,))

    def free(self, array: Numbers) -> None:
        """Hear that an array it made is not needed any more."""
        if not isinstance(array, np.memmap):
            self._left += array.nbytes

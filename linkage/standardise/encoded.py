"""A column of a batch as codes into its distinct values: what is worked out once a value."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Encoded:
    """``codes`` are positions in ``values``, one a record; -1 where there is no value."""

    codes: Codes
    values: pa.Array

    @classmethod
    def of(cls, array: pa.Array) -> "Encoded":
        """Encode ``array``, which may hold codes already; lists are not compared, only numbered."""
        if pa.types.is_list(array.type):
            return cls(
                np.where(array.is_valid(), np.arange(len(array)), -1).astype(np.int32), array
            )
        if not pa.types.is_dictionary(array.type):
            array = array.dictionary_encode()
        return cls(array.indices.fill_null(-1).cast(pa.int32()).to_numpy(), array.dictionary)

    @classmethod
    def none(cls, n: int) -> "Encoded":
        """Return text of which ``n`` records have no value."""
        return cls(np.full(n, -1, np.int32), pa.array([], pa.string()))

    @classmethod
    def same(cls, value: str, n: int) -> "Encoded":
        """Return ``value`` for each of ``n`` records."""
        return cls(np.zeros(n, np.int32), pa.array([value]))

    @cached_property
    def filled(self) -> npt.NDArray[np.bool_]:
        """Where there is a value."""
        return np.greater_equal(self.codes, 0)

    def at(self, codes: npt.NDArray[np.intp]) -> "Encoded":
        """Return the column that holds, for each of ``codes``, what stands there in this one."""
        return Encoded(self.codes.take(codes), self.values)

    def otherwise(self, other: "Encoded") -> "Encoded":
        """Return this column with the gaps filled from ``other``."""
        both = Encoded.of(pa.concat_arrays([self.values, other.values]))
        there = np.where(other.filled, other.codes + len(self.values), -1)
        codes = np.where(self.filled, self.codes, there)
        return Encoded(np.where(codes >= 0, both.codes[codes], -1).astype(np.int32), both.values)

    def only(self, where: npt.NDArray[np.bool_]) -> "Encoded":
        """Return this column with gaps but for ``where``."""
        return Encoded(np.where(where, self.codes, np.int32(-1)), self.values)

    def holds(self, value: str) -> npt.NDArray[np.bool_]:
        """Return where the column holds ``value``."""
        at: int = self.values.index(value).as_py()
        return np.equal(self.codes, at if at >= 0 else len(self.values))

    def array(self) -> pa.Array:
        """Return the column for Arrow: text as codes into a dictionary, the rest as it is."""
        filled = pa.py_buffer(np.packbits(self.filled, bitorder="little"))
        codes = pa.Array.from_buffers(
            pa.int32(), len(self.codes), [filled, pa.py_buffer(self.codes)]
        )
        if pa.types.is_string(self.values.type):
            return pa.DictionaryArray.from_arrays(codes, self.values, safe=False)
        return self.values.take(codes)

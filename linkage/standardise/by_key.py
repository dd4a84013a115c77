"""A group that is found by a key: what an area is, of whom a household is made up."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.at_once import Known
from linkage.standardise.rules import Row
from linkage.standardise.stand_ins import stated_reason


@dataclass(frozen=True)
class ByKey:
    """Keys, all different, and of each the place of its row in ``rows``: group and reason.

    Keys are as :func:`comparable` makes them.
    """

    keys: pa.StringArray
    codes: pa.Int32Array
    rows: Sequence[Row]

    def at_once(self, values: pa.StringArray) -> Known:
        """Know the values that are keys: group and missing reason."""
        found = pc.index_in(comparable(values), self.keys)
        at = self.codes.take(found.drop_null())
        said = list(zip(*(row.values for row in self.rows), strict=True)) or [(), ()]
        columns = [pa.array(each, pa.string()).take(at) for each in said]
        return Known(found.is_valid(), columns)


def not_a_key(raw: str) -> Row:
    """Return no group, and why: blank, stated to be missing, or nowhere among the keys."""
    if not raw.strip():
        return Row((None, "not_answered"))
    return Row((None, stated_reason(raw) or "unknown_code"))


def comparable(values: pa.StringArray) -> pa.StringArray:
    """Return keys without spaces and in capitals, so that LS1 4AP is ls14ap."""
    return pc.ascii_upper(pc.replace_substring_regex(values, r"\s+", ""))

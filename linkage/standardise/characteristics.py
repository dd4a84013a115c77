"""The characteristics that a source holds: of which columns each is made, and how."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pyarrow as pa

from linkage.config.schema import Group, Source
from linkage.sources.selection import Selection
from linkage.standardise.by_key import ByKey
from linkage.standardise.cleaners import Cleaner
from linkage.standardise.encoded import Encoded
from linkage.standardise.fixed_abode import ADDRESS_ROLES, at_once, fixed_abode
from linkage.standardise.grouping import by_key_cleaner, columns_of, group_cleaner
from linkage.standardise.households import Ages, households

Read = Callable[[Sequence[str]], Iterable[pa.RecordBatch]]
"""Reads some of a source's ingested columns from end to end."""

Born = tuple[list[str], Callable[[pa.RecordBatch], Encoded]]
"""The ingested columns that hold dates of birth, and the days in a batch of them."""


def characteristics(
    groups: Mapping[str, Group], source: Source, columns: Selection, read: Read, born: Born | None
) -> Iterator[tuple[list[str], Cleaner]]:
    """Yield the columns of which each characteristic is made and how it is, but for ages.

    Parameters
    ----------
    groups
        The characteristics that the source holds, as it holds them.
    columns
        The names that its columns bear in its ingested table.
    read, born
        For households, which are counted before any record is standardised.

    Raises
    ------
    DataError
        When a look-up cannot be used.
    """
    for name, group in groups.items():
        if group.from_ == "household":
            key = columns.ingested(str(group.column))
            yield [key], by_key_cleaner(name, _households(group, key, read, born))
        elif group.from_ == "address":
            held = [source.columns.get(role) for role in ADDRESS_ROLES]
            aliases = [columns.ingested(each.column) for each in held if each and each.column]
            yield aliases, Cleaner(f"group_{name}", columns_of(name), (), fixed_abode, at_once)
        elif group.column is not None:
            yield [columns.ingested(group.column)], group_cleaner(name, group, source)


def _households(group: Group, key: str, read: Read, born: Born | None) -> ByKey:
    """Return the households of a source, with ages where a day is given for them."""

    def members() -> Iterator[tuple[Encoded, Ages]]:
        if group.on is None or born is None:
            yield from ((Encoded.of(batch.column(key)), None) for batch in read([key]))
            return
        aliases, days = born
        for batch in read(list(dict.fromkeys([key, *aliases]))):
            yield Encoded.of(batch.column(key)), days(batch)

    return households(members(), group.on)

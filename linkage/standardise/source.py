"""One source standardised: batches of its ingested table into batches of its records."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from linkage.config.schema import AnalysisVariable, Group, MissingVariable, Source
from linkage.config.source_settings import ENCODINGS
from linkage.runs.parquet import encoded_type
from linkage.runs.threads import spread
from linkage.sources.encodings import is_encoding
from linkage.sources.selection import RECORD_ID, Selection, origins, selection
from linkage.standardise.ages import age_cleaner
from linkage.standardise.analysed import analysed_cleaner
from linkage.standardise.characteristics import Born, Read, characteristics
from linkage.standardise.cleaners import Cleaner, cleaner
from linkage.standardise.dates import PART_SEPARATOR
from linkage.standardise.encoded import Encoded
from linkage.standardise.grouping import variable_cleaner
from linkage.standardise.lookups import Cleaned, Found, Lookup
from linkage.standardise.unchanged import Unchanged
from linkage.standardise.weighting import require_weights, weighting_cleaners

_KEPT = ("record", "record_id", "fold")


@dataclass(frozen=True)
class Standardised:
    """A batch of records: its columns, and how those of the roles were made."""

    n: int
    columns: Mapping[str, Encoded]
    roles: tuple[Found, ...]


class Standardiser:
    """The way of one source from its ingested columns to its standardised ones.

    Parameters
    ----------
    ingested
        The columns of the source's ingested table, with their types.
    known
        Cleaned values of the sources before this one: a role that is cleaned the same way shares
        them, because sources hold much the same names, days and places.
    read
        Reads ingested columns of the source ahead of its batches, for what takes all its records.

    Raises
    ------
    DataError
        When a file in which a characteristic is looked up cannot be used.
    """

    def __init__(
        self,
        ingested: pa.Schema,
        name: str,
        source: Source,
        groups: Mapping[str, Group],
        variables: Iterable[MissingVariable | AnalysisVariable],
        known: dict[object, Cleaned],
        read: Read,
    ) -> None:
        variables = tuple(variables)
        self._name, self._source = name, source
        held = ((key, group.held_in(name)) for key, group in groups.items())
        self.own = own = {key: group for key, group in held if group is not None}
        selected = selection(name, source, groups, variables)
        roles = list(_roles(source, selected, ingested, known))
        self._lookups: list[tuple[list[str], Lookup | Unchanged]] = [
            *roles,
            *(
                (aliases, Lookup(Cleaned(each)))
                for aliases, each in characteristics(own, source, selected, read, _born(roles))
            ),
            *(
                ([selected.ingested(each.column)], Lookup(Cleaned(_beside(each))))
                for each in variables
                if each.source == name
            ),
            *(
                ([selected.ingested(column)], Lookup(Cleaned(each)))
                for column, each in weighting_cleaners(name, source)
            ),
        ]
        self._ages = [
            Lookup(Cleaned(age_cleaner(key, group), blank=None))
            for key, group in own.items()
            if group.from_ == "date_of_birth"
        ]
        self.columns: dict[str, pa.DataType] = {}
        for each in (*(lookup for _, lookup in self._lookups), *self._ages):
            self.columns |= each.cleaner.columns
        self.groupings = tuple(each for each in self.columns if each.startswith("group_"))
        self.analysed = {
            each.standardised: each.column
            for each in variables
            if each.source == name and isinstance(each, AnalysisVariable)
        }
        self.schema = pa.schema(
            [
                *(ingested.field(kept) for kept in _KEPT),
                *((column, encoded_type(kind)) for column, kind in self.columns.items()),
            ]
        )

    @property
    def reads(self) -> frozenset[str]:
        """The ingested columns that are cleaned, but for the identifier, which is kept as it is."""
        aliases = (alias for aliases, _ in self._lookups for alias in aliases)
        return frozenset(aliases) - {RECORD_ID}

    @property
    def roles(self) -> tuple[Cleaner, ...]:
        """How each role is cleaned."""
        cleaners = (lookup.cleaner for _, lookup in self._lookups)
        return tuple(each for each in cleaners if each.role in self._source.columns)

    def standardise(self, batch: pa.RecordBatch) -> Standardised:
        """Standardise a batch of the ingested table, the text in it as codes."""
        found = list(spread(partial(_found, batch), self._lookups, pa.cpu_count()))
        columns = _merged(found)
        require_weights(self._name, self._source, columns)
        for each in self._ages:
            columns |= _aged(each, columns, batch.num_rows)
        roles = tuple(each for each in found if each.cleaner.role in self._source.columns)
        return Standardised(batch.num_rows, columns, roles)

    def records(self, batch: pa.RecordBatch, made: Standardised) -> pa.RecordBatch:
        """Return the batch of records."""
        kept = [batch.column(each) for each in _KEPT]
        arrays = [made.columns[name].array() for name in self.columns]
        return pa.RecordBatch.from_arrays([*kept, *arrays], schema=self.schema)


def _found(batch: pa.RecordBatch, looked_up: tuple[list[str], Lookup]) -> Found:
    aliases, lookup = looked_up
    return lookup.find(_raw(batch, aliases))


def _beside(variable: MissingVariable | AnalysisVariable) -> Cleaner:
    """Return how a variable that neither links nor groups is read."""
    if isinstance(variable, AnalysisVariable):
        return analysed_cleaner(variable)
    return variable_cleaner(variable)


def _roles(
    source: Source, columns: Selection, ingested: pa.Schema, known: dict[object, Cleaned]
) -> Iterator[tuple[list[str], Lookup | Unchanged]]:
    for role, column in source.columns.items():
        aliases = [columns.ingested(origin) for origin in origins(column)]
        if column.kind in ENCODINGS:
            yield aliases, Unchanged.of(role, column)
            continue
        real_date = pa.types.is_date(ingested.field(aliases[0]).type)
        said = column.model_dump_json(exclude={"column", "day", "month", "year"})
        way = (role, said, real_date, len(aliases))
        yield aliases, Lookup(known.setdefault(way, Cleaned(cleaner(role, column, real_date))))


def _born(roles: Iterable[tuple[list[str], Lookup | Unchanged]]) -> Born | None:
    """Return how dates of birth are read ahead, None where the source has none."""
    for aliases, lookup in roles:
        if lookup.cleaner.role == "date_of_birth":
            return aliases, partial(_days, aliases, lookup)
    return None


def _days(aliases: list[str], lookup: Lookup | Unchanged, batch: pa.RecordBatch) -> Encoded:
    return lookup.find(_raw(batch, aliases)).columns["date_of_birth"]


def _raw(batch: pa.RecordBatch, aliases: list[str]) -> Encoded:
    """Return the values to clean: those of one column, or of a date or address in parts joined."""
    if len(aliases) == 1:
        raw = Encoded.of(batch.column(aliases[0]))
        if is_encoding(raw.values.type):
            return raw
        return Encoded(raw.codes, raw.values.cast(pa.string()))
    texts = [batch.column(alias).cast(pa.string()).fill_null("") for alias in aliases]
    return Encoded.of(pc.binary_join_element_wise(*texts, PART_SEPARATOR))


def _merged(found: list[Found]) -> dict[str, Encoded]:
    """Return the columns of all; a full name fills the gaps of a name with its own column."""
    columns = {name: column for each in found for name, column in each.columns.items()}
    whole = next((each.columns for each in found if each.cleaner.role == "full_name"), {})
    for each in found:
        also = [name for name in each.columns if name in whole and each.columns is not whole]
        for name in also:
            if not name.startswith("missing_"):
                columns[name] = each.columns[name].otherwise(whole[name])
        for name in also:
            if name.startswith("missing_"):
                gone = ~columns[name.removeprefix("missing_")].filled
                columns[name] = each.columns[name].only(gone)
    return columns


def _aged(ages: Lookup, columns: Mapping[str, Encoded], n: int) -> dict[str, Encoded]:
    """Return the group that is made of the date of birth, or why there is none."""
    band, missing = ages.cleaner.columns
    if (born := columns.get("date_of_birth")) is None:
        return {band: Encoded.none(n), missing: Encoded.same("missing_in_source", n)}
    found = ages.find(Encoded(born.codes, born.values.cast(pa.string()))).columns
    reason = columns["missing_date_of_birth"].only(~born.filled)
    return {band: found[band], missing: found[missing].otherwise(reason)}

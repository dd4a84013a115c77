"""What every owner of a project encodes in the same way: the columns, and how each is made.

The schema holds no secret and no value. Its hash is bound into every derived key and stands in
every manifest, so that two owners who differ in anything are told before a pair is compared.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

FORMAT = 1
"""The version of what an encoded folder holds."""

BITS = 512
"""Bits of an attribute's Bloom filter."""

WORDS = BITS // 64
"""Columns that hold a filter: ``<name>_0`` to ``<name>_7``, unsigned integers of 64 bits."""


@dataclass(frozen=True)
class Filter:
    """A column that is a Bloom filter of a text's bigrams (Schnell, Bachteler and Reiher 2009).

    ``levels`` are the Dice coefficients (Dice 1945) between levels of agreement, strictest first,
    as they were calibrated for this way of hardening; ``of`` names the standardised column.
    """

    name: str
    of: str
    bits_per_token: int
    harden: tuple[str, ...]
    salt: tuple[str, ...]
    levels: tuple[float, ...]
    kind: Literal["filter"] = "filter"


@dataclass(frozen=True)
class Token:
    """A column that is a keyed hash of one or several standardised columns together.

    ``coarse``: it has under 10 bits of entropy. It may be compared, it never blocks alone, and it
    is declared readable by the linkage unit.
    """

    name: str
    of: tuple[str, ...]
    coarse: bool
    salt: tuple[str, ...] = ()
    kind: Literal["token"] = "token"


Encoded = Filter | Token


@dataclass(frozen=True)
class Schema:
    """The columns of an encoded source, and what they depend on.

    ``standardisation`` is the version of the cleaning rules: fixed for a project, because another
    spelling is another encoding.
    """

    project: str
    profile: str
    standardisation: str
    columns: tuple[Encoded, ...]

    @property
    def hash(self) -> str:
        """The sha256 of the schema, 64 hexadecimal digits."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()

    @property
    def stored(self) -> tuple[str, ...]:
        """The names of the columns of ``encoded.parquet`` that hold encodings."""
        return tuple(name for column in self.columns for name in stored(column))

    def as_json(self) -> str:
        """Return the schema as canonical JSON."""
        record = {"format": FORMAT, **asdict(self)}
        return json.dumps(record, sort_keys=True, separators=(",", ":"))


def stored(column: Encoded) -> tuple[str, ...]:
    """Return the names under which a column is stored: of a filter, its words."""
    if isinstance(column, Filter):
        return tuple(f"{column.name}_{word}" for word in range(WORDS))
    return (column.name,)


def schema_of(record: Mapping[str, Any]) -> Schema:
    """Return the schema that :meth:`Schema.as_json` wrote.

    Raises
    ------
    KeyError, TypeError, ValueError
        When ``record`` is no schema of this format.
    """
    if record["format"] != FORMAT:
        raise ValueError("another format")
    columns: Sequence[Mapping[str, Any]] = record["columns"]
    return Schema(
        str(record["project"]),
        str(record["profile"]),
        str(record["standardisation"]),
        tuple(map(_column, columns)),
    )


def _column(record: Mapping[str, Any]) -> Encoded:
    lists = {
        key: tuple(value) if isinstance(value, list) else value for key, value in record.items()
    }
    return Filter(**lists) if record["kind"] == "filter" else Token(**lists)

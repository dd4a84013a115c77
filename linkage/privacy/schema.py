"""What every owner of a project encodes in the same way: the columns, and how each is made.

The schema holds no secret and no value. Its hash is bound into every derived key and stands in
every manifest, so that two owners who differ in anything are told before a pair is compared.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
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
    """A column that is a Bloom filter (Schnell, Bachteler and Reiher 2009).

    Of a text it holds the bigrams; of a number, where there is a ``step``, the whole steps around
    it, so that near numbers share most of them. ``levels`` are the Dice coefficients (Dice 1945)
    between levels of agreement, strictest first, as they were calibrated for this way of hardening;
    ``of`` names the standardised column. With ``bits_per_value`` the parts share out that many,
    whatever the value's length; else each part sets ``bits_per_token``.
    """

    name: str
    of: str
    bits_per_token: int
    harden: tuple[str, ...]
    salt: tuple[str, ...]
    levels: tuple[float, ...]
    step: float | None = None
    bits_per_value: int | None = None
    kind: Literal["filter"] = "filter"


@dataclass(frozen=True)
class Token:
    """A column that is a keyed hash of one or several standardised columns together.

    ``by`` says how: hmac, of the values joined; siphash, of the hashes of the values, where nearly
    every record has values of its own. ``coarse``: it has under 10 bits of entropy. It may be
    compared, it never blocks alone, and it is declared readable by the linkage unit.
    """

    name: str
    of: tuple[str, ...]
    coarse: bool
    salt: tuple[str, ...] = ()
    by: Literal["hmac", "siphash"] = "hmac"
    kind: Literal["token"] = "token"


@dataclass(frozen=True)
class Band:
    """A column that is likely to be equal where texts are near: a keyed min-hash (Broder 1997).

    ``rows`` minima over the bigrams of the columns ``of`` make one token, together with the values
    ``joined``. It is for blocking, and tells nothing that the filters do not compare better.
    """

    name: str
    of: tuple[str, ...]
    joined: tuple[str, ...]
    rows: int
    kind: Literal["band"] = "band"

    @property
    def coarse(self) -> bool:
        """A band may block alone: it is made of several bigrams and a date."""
        return False


Encoded = Filter | Token | Band


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
    return _KINDS[record["kind"]](**lists)


_KINDS: Mapping[str, Callable[..., Encoded]] = {"filter": Filter, "token": Token, "band": Band}

"""The folder that leaves an owner: encodings, schema, and a manifest of both."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.privacy.manifest import ENCODED, MANIFEST, RECORD_ID, SCHEMA, Manifest, Stated
from linkage.privacy.schema import Band, Schema, Token, stored
from linkage.runs.fingerprints import file_hash, versions
from linkage.runs.parquet import PARQUET
from linkage.runs.publish import publish, publishing

_ROUNDING = 5


@dataclass(frozen=True)
class About:
    """What a manifest says of a delivery beside what stands in its files."""

    source: str
    delivery: int
    key_check: str
    threshold: int


def write_folder(
    folder: Path,
    encodings: pa.Table,
    schema: Schema,
    groups: Mapping[str, tuple[str, ...]],
    about: About,
) -> None:
    """Write the files of ``folder``, which is there already; the manifest last.

    Parameters
    ----------
    encodings
        ``rid``, the columns of ``schema`` and those of groups, in any order of rows.
    groups
        The labels that each group column may hold.
    """
    kept = [RECORD_ID, *schema.stored, *groups]
    ordered = encodings.select(kept).sort_by(RECORD_ID)
    with publishing(folder / ENCODED) as file:
        pq.write_table(ordered, file, **PARQUET)
    publish(folder / SCHEMA, schema.as_json().encode())
    manifest = Manifest(
        schema=schema.hash,
        project=schema.project,
        key_check=about.key_check,
        source=about.source,
        delivery=about.delivery,
        n=_rounded(ordered.num_rows),
        missing=missing_rates(ordered, schema, about.threshold),
        groups=groups,
        readable=readable(schema),
        files={name: _stated(folder / name) for name in (ENCODED, SCHEMA)},
        versions=versions(),
    )
    publish(folder / MANIFEST, manifest.as_json().encode())


def readable(schema: Schema) -> tuple[str, ...]:
    """Return the columns whose values the linkage unit can work out."""
    return tuple(each.name for each in schema.columns if isinstance(each, Token) and each.coarse)


def missing_rates(encodings: pa.Table, schema: Schema, threshold: int) -> dict[str, float]:
    """Return the share of records without a value by column, of counts rounded to 5.

    Left out where fewer than ``threshold`` records have none, or have one: zero is few as well.
    """
    n, rates = encodings.num_rows, {}
    for column in schema.columns:
        if isinstance(column, Band):
            continue
        missing = encodings[stored(column)[0]].null_count
        if min(missing, n - missing) >= threshold:
            rates[column.name] = round(_rounded(missing) / _rounded(n), 4)
    return rates


def manifest_hash(folder: Path) -> str:
    """Return the sha256 of a folder's manifest, which states that of its other files."""
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def _rounded(n: int) -> int:
    return _ROUNDING * round(n / _ROUNDING)


def _stated(path: Path) -> Stated:
    return Stated(file_hash(path), path.stat().st_size)

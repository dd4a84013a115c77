"""Encoded folders for tests: records encoded as owners do, their local ids told."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linkage.config.privacy_settings import Privacy
from linkage.privacy.encoder import encode
from linkage.privacy.identity import new_ids
from linkage.privacy.keys import Key
from linkage.privacy.manifest import ENCODED, MANIFEST, RECORD_ID, SCHEMA, Manifest, Stated
from linkage.privacy.profiles import schema_for

PROJECT = "P-1"
FIELDS = ("first_name", "surname", "date_of_birth", "sex", "postcode")


def key_of(number: int, project: str = PROJECT) -> Key:
    return Key(project, 1, number.to_bytes(32, "big"))


def write_folder(folder: Path, records: pa.Table, **said) -> dict[str, str]:
    """Encode standardised ``records`` into ``folder``; return the rid of each ``record_id``.

    ``said`` may name the key, the privacy settings and the source; columns ``group_*`` of the
    records travel as they are.
    """
    privacy = Privacy(project=PROJECT, fields=FIELDS).model_copy(update=said.get("privacy", {}))
    schema, key = schema_for(privacy), said.get("key", key_of(1))
    rids = new_ids(records.num_rows)
    groups = [name for name in records.column_names if name.startswith("group_")]
    table = encode(records, schema, key).combine_chunks()
    table = table.add_column(0, RECORD_ID, [rids])
    for name in groups:
        table = table.append_column(name, records[name].cast(pa.string()))
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.sort_by(RECORD_ID), folder / ENCODED)
    (folder / SCHEMA).write_text(schema.as_json())
    write_manifest(folder, key, groups={n: labels(table[n]) for n in groups}, n=records.num_rows)
    return dict(zip(records["record_id"].to_pylist(), rids.to_pylist(), strict=True))


def labels(column: pa.ChunkedArray) -> tuple[str, ...]:
    return tuple(sorted(column.unique().drop_null().to_pylist()))


def write_manifest(folder: Path, key: Key, groups, n: int, source: str = "a") -> None:
    """State the files of ``folder`` as they are now."""
    said = json.loads((folder / SCHEMA).read_text())
    files = {
        name: Stated(hashlib.sha256(data).hexdigest(), len(data))
        for name in (ENCODED, SCHEMA)
        for data in [(folder / name).read_bytes()]
    }
    manifest = Manifest(
        schema=files[SCHEMA].sha256,
        project=said["project"],
        key_check=key.check,
        source=source,
        delivery=1,
        n=5 * int(np.round(n / 5)),
        missing={},
        groups=groups,
        readable=tuple(c["name"] for c in said["columns"] if c.get("coarse")),
        files=files,
        versions={"toolkit": "test"},
    )
    (folder / MANIFEST).write_text(manifest.as_json())

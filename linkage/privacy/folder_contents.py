"""Whether an encoded folder holds what its owner states, all of it, and nothing else.

What a fault says names files and columns, never a value.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.errors import Fault
from linkage.privacy.folder import Delivery, fault
from linkage.privacy.manifest import ENCODED, GROUP, MANIFEST, RECORD_ID, SCHEMA
from linkage.privacy.schema import Filter, stored

_ROWS = 245_760
_RECORD_ID = "^[0-9a-f]{32}$"
_KEY = re.compile(rb"link key \d|^[0-9a-fA-F]{64}\s*$", re.MULTILINE)
_LONGEST_KEY = 1024
_AT_A_TIME = 1 << 20
_AGAIN = "copy the folder again from where its owner wrote it, whole"
_ENCODE = "let the owner write the folder with link encode, and send nothing else"


def inspected(name: str, delivery: Delivery) -> list[Fault]:
    """Return everything that is wrong with what the folder of the source called ``name`` holds."""
    damage = list(_damaged(name, delivery))
    faults = [*_keys(name, delivery.path), *damage]
    try:
        with pq.ParquetFile(delivery.path / ENCODED, page_checksum_verification=True) as file:
            held = file.schema_arrow
            # a changed bit may be in a column's name; another file altogether has none of them
            is_another = set(held.names).isdisjoint(delivery.schema.stored)
            columns = list(_columns(name, delivery, held)) if is_another or not damage else []
            faults += columns
            if not damage and not columns:
                faults += _records(name, delivery, file)
    except (pa.ArrowException, OSError, ValueError):
        if not damage:
            message = f"{ENCODED} is no Parquet file"
            faults.append(fault("D401", name, message, _AGAIN, delivery.path / ENCODED))
    return faults


def _keys(name: str, folder: Path) -> Iterator[Fault]:
    """Yield what must not be at the unit: a key beside the folder, another file within it."""
    within = [each for each in _files(folder) if each.name not in {ENCODED, SCHEMA, MANIFEST}]
    for path in within:
        message = f"{path.name} does not belong in an encoded folder"
        fix = "remove it from this machine, and ask the owner what else was sent by mistake"
        yield fault("D403", name, message, fix, path)
    for path in [*_files(folder.parent), *within]:
        if _is_key(path):
            message = "a key lies where the linkage unit can read it"
            fix = "remove it, tell the owners, and let them rotate the key and encode again"
            yield fault("D403", name, message, fix, path)


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return []


def _is_key(path: Path) -> bool:
    try:
        if path.stat().st_size > _LONGEST_KEY or not os.access(path, os.R_OK):
            return False
        return _KEY.search(path.read_bytes()) is not None
    except OSError:
        return False


def _damaged(name: str, delivery: Delivery) -> Iterator[Fault]:
    """Yield the files that are not as their owner wrote them."""
    for file in (ENCODED, SCHEMA):
        path, stated = delivery.path / file, delivery.manifest.files.get(file)
        if stated is None:
            message = f"the manifest does not state {file}"
            yield fault("D401", name, message, _AGAIN, delivery.path / MANIFEST)
        elif (size := path.stat().st_size) != stated.bytes:
            is_cut = "shorter" if size < stated.bytes else "longer"
            message = f"{file} is {is_cut} than its owner wrote it"
            yield fault("D401", name, message, _AGAIN, path)
        elif _sha256(path) != stated.sha256:
            message = f"{file} is not as its owner wrote it: it was changed or damaged on the way"
            yield fault("D401", name, message, _AGAIN, path)
    schema, manifest = delivery.schema, delivery.manifest
    if (manifest.schema, manifest.project) != (schema.hash, schema.project):
        message = "manifest and schema are of different deliveries"
        yield fault("D401", name, message, _AGAIN, delivery.path / MANIFEST)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_AT_A_TIME):
            digest.update(part)
    return digest.hexdigest()


def _columns(name: str, delivery: Delivery, held: pa.Schema) -> Iterator[Fault]:
    """Yield the columns that are neither encodings nor declared groups, and those that lack."""
    path = delivery.path / ENCODED
    kinds = {column: pa.types.is_uint64 for column in delivery.schema.stored}
    kinds |= {RECORD_ID: _is_text, **dict.fromkeys(delivery.manifest.groups, _is_text)}
    clear = [
        each.name for each in held if each.name not in kinds or not kinds[each.name](each.type)
    ]
    undeclared = [column for column in clear if column.startswith(GROUP)]
    if undeclared:
        message = f"the manifest declares no labels for {', '.join(undeclared)}"
        yield fault("D404", name, message, _ENCODE, path)
    if others := [column for column in clear if column not in undeclared]:
        shown = ", ".join(others[:20])
        message = f"columns that are not encoded stand in {ENCODED}: {shown}"
        fix = f"delete the folder and tell its owner; {_ENCODE}"
        yield fault("D402", name, message, fix, path)
    if lacking := [column for column in kinds if column not in held.names]:
        message = f"{ENCODED} lacks {', '.join(lacking[:20])}"
        yield fault("D400", name, message, _ENCODE, path)


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _records(name: str, delivery: Delivery, file: pq.ParquetFile) -> Iterator[Fault]:
    """Yield what is wrong with the rows: record ids, words that miss alone, codes, no value."""
    path, groups = delivery.path / ENCODED, delivery.manifest.groups
    filters = [stored(each) for each in delivery.schema.columns if isinstance(each, Filter)]
    ids, whole, filled, last = True, True, False, ""
    unknown: set[str] = set()
    for batch in file.iter_batches(_ROWS):
        ids = ids and _are_ids(batch[RECORD_ID], last)
        last = batch[RECORD_ID][-1].as_py() or ""
        whole = whole and all(_miss_together(batch, words) for words in filters)
        filled = filled or any(
            batch[each].null_count < batch.num_rows for each in delivery.schema.stored
        )
        unknown.update(g for g, labels in groups.items() if _has_other(batch[g], labels))
    if not ids:
        message = "record ids are not 32 hexadecimal digits, rising and each once"
        yield fault("D407", name, message, _ENCODE, path)
    if not whole:
        message = "a filter lacks some of its words"
        yield fault("D407", name, message, _ENCODE, path)
    if not filled:
        message = "no record has a value in any encoded column"
        fix = "let the owner see what link audit-sources says of it, and encode again"
        yield fault("D408", name, message, fix, path)
    for group in sorted(unknown):
        message = f"{group} holds codes that the manifest does not declare"
        yield fault("D404", name, message, _ENCODE, path)


def _are_ids(ids: pa.Array, last: str) -> bool:
    """Say whether ids are well formed and rise from ``last`` on."""
    if ids.null_count or not pc.all(pc.match_substring_regex(ids, _RECORD_ID)).as_py():
        return False
    before = pa.concat_arrays([pa.array([last], ids.type), ids[:-1]])
    return bool(pc.all(pc.less(before, ids)).as_py())


def _miss_together(batch: pa.RecordBatch, words: tuple[str, ...]) -> bool:
    first = np.asarray(batch[words[0]].is_null())
    return all(np.array_equal(first, batch[word].is_null()) for word in words[1:])


def _has_other(codes: pa.Array, labels: tuple[str, ...]) -> bool:
    held = codes.dictionary_decode() if pa.types.is_dictionary(codes.type) else codes
    known = pc.is_in(held.drop_null(), value_set=pa.array(labels, held.type))
    return not pc.all(known, min_count=0).as_py()

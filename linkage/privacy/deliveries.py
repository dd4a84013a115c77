"""What an owner remembers of a delivery, and which delivery may follow which."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.errors import ConfigError, DataError, Fault, RefusedError
from linkage.privacy.keys import Key
from linkage.privacy.schema import Schema
from linkage.privacy.sealing import seal
from linkage.runs.fingerprints import file_hash
from linkage.runs.parquet import PARQUET
from linkage.runs.publish import publish, publishing
from linkage.runs.storage import storage

MAP, DELIVERY, ATTACK = "map.parquet", "delivery.json", "attack.json"
"""The files of a private folder."""

REGISTER = "deliveries"
"""The folder, in the output folder, of what was delivered last: a file a project and source."""

_OPEN = 0o077


@dataclass(frozen=True)
class Delivery:
    """One delivery as its owner remembers it.

    Parameters
    ----------
    number
        From 1.
    generation
        That of the key.
    schema
        The hash of the schema.
    identifiers
        The owner's own names of the columns that were encoded: they may not be attached later.
    id_map
        The sha256 of ``map.parquet``.
    """

    project: str
    source: str
    number: int
    generation: int
    key_check: str
    schema: str
    identifiers: tuple[str, ...]
    id_map: str = ""


def write_private(folder: Path, delivery: Delivery, id_map: pa.Table) -> None:
    """Write the map and what is remembered of the delivery into a private folder."""
    with publishing(folder / MAP) as file:
        pq.write_table(id_map, file, **PARQUET)
    record = {**asdict(delivery), "id_map": file_hash(folder / MAP)}
    publish(folder / DELIVERY, f"{json.dumps(record, indent=2)}\n".encode())


def read_delivery(folder: Path) -> Delivery:
    """Return the delivery whose private folder is ``folder``.

    Raises
    ------
    ConfigError
        R508 when it is no such folder.
    RefusedError
        R519 when others than its owner may read it.
    DataError
        D410 when a file in it is not what was written.
    """
    for name in (MAP, DELIVERY):
        if not (folder / name).is_file():
            message = f"this is no private folder of link encode: it holds no {name}"
            fix = "give the folder that --private named when the source was encoded"
            raise ConfigError(Fault("R508", message, fix, file=folder))
    for path in (folder, folder / MAP, folder / DELIVERY):
        if path.stat().st_mode & _OPEN:
            message = "the private folder is open to others than its owner"
            fix = "close it (chmod -R go= FOLDER), and ask who could have read it"
            raise RefusedError(Fault("R519", message, fix, file=path))
    with storage(folder, "reading a private folder"):
        written = (folder / DELIVERY).read_bytes()
    try:
        record = json.loads(written)
        return Delivery(**{**record, "identifiers": tuple(record["identifiers"])})
    except (KeyError, TypeError, ValueError):
        raise _changed(folder / DELIVERY) from None


def read_map(folder: Path, delivery: Delivery) -> pa.Table:
    """Return the map of a private folder, once it is known to be the one that was written.

    The process is sealed: it knows who is who.

    Raises
    ------
    DataError
        D410 when it is not.
    """
    seal()
    path = folder / MAP
    with storage(path, "reading the map of record ids"):
        if file_hash(path) != delivery.id_map:
            raise _changed(path)
        return pq.read_table(path)


def _changed(path: Path) -> DataError:
    message = "a file of the private folder is not what was written"
    return DataError(Fault("D410", message, "put it back from a copy", file=path))


def next_delivery(
    schema: Schema,
    source: str,
    key: Key,
    identifiers: tuple[str, ...],
    last: Delivery | None,
) -> Delivery:
    """Return the delivery that follows ``last``, or the first one.

    Raises
    ------
    RefusedError
        R509 when ``last`` is of another project or source; R511 when schema or key are others
        than before and the key is not of a later generation.
    """
    number = 1
    if last is not None:
        number = last.number + 1
        if (last.project, last.source) != (schema.project, source):
            message = f"--previous is of source {last.source} of project {last.project}"
            fix = f"give the private folder of source {source} of project {schema.project}"
            raise RefusedError(Fault("R509", message, fix))
        _require_rotation(last, schema, key)
    return Delivery(
        schema.project, source, number, key.generation, key.check, schema.hash, identifiers
    )


def is_rotation(last: Delivery, now: Delivery) -> bool:
    """Say whether the key or the schema changed: then no record keeps its id.

    With the old ids, whoever opened encodings of the old key would know whose the new ones are.
    """
    return now.generation != last.generation


def _require_rotation(last: Delivery, schema: Schema, key: Key) -> None:
    changed = [
        what
        for what, same in (
            ("the key", key.has_check(last.key_check)),
            ("what is encoded, or how,", schema.hash == last.schema),
        )
        if not same
    ]
    if key.generation < last.generation or (changed and key.generation == last.generation):
        what = " and ".join(changed) or "the key"
        message = (
            f"{what} changed since delivery {last.number}, and the key is of no later generation"
        )
        fix = (
            "give the key and the privacy section of the last delivery; or rotate the key "
            "(link key rotate), have every owner encode anew with it, and give that"
        )
        raise RefusedError(Fault("R511", message, fix))


def register_of(output: Path, project: str, source: str) -> Path:
    """Return the file that remembers the last delivery of a source for a project."""
    return output / REGISTER / f"{project}.{source}.json"


def registered(register: Path) -> int:
    """Return the number of the last delivery, 0 when there was none.

    Raises
    ------
    DataError
        D410 when the register is not what was written.
    """
    with storage(register, "reading the register of deliveries"):
        if not register.exists():
            return 0
        written = register.read_bytes()
    try:
        return int(json.loads(written)["number"])
    except (KeyError, TypeError, ValueError):
        raise _changed(register) from None


@contextmanager
def recorded(register: Path, delivery: Delivery) -> Iterator[None]:
    """Remember ``delivery`` as the last one, unless the block fails."""
    before = registered(register)
    publish(register, _number(delivery.number))
    try:
        yield
    except BaseException:
        if before:
            publish(register, _number(before))
        else:
            register.unlink()
        raise


def _number(number: int) -> bytes:
    return json.dumps({"number": number}).encode()


def require_order(private: Path, register: Path, last: Delivery | None) -> None:
    """Refuse a delivery that would give people other record ids than the one before.

    Raises
    ------
    RefusedError
        R507 when the source was delivered before and ``last`` is not given; R510 when ``last`` is
        not the last one.
    """
    number = registered(register)
    if last is None and (number or (private / DELIVERY).exists()):
        message = f"the source was delivered for this project before (delivery {max(number, 1)})"
        fix = "give the private folder of that delivery with --previous, and new folders for this"
        raise RefusedError(Fault("R507", message, fix, file=private))
    if last is not None and last.number < number:
        message = f"--previous is delivery {last.number}, and the last one was delivery {number}"
        fix = f"give the private folder of delivery {number}"
        raise RefusedError(Fault("R510", message, fix))

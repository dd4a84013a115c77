"""What a linkage unit remembers of deliveries, to be told of one that does not follow.

Record ids are random, so the least of them are a random sample of the records, and the same one
every time: enough to see whether a delivery has the ids of the one before.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.config.schema import Config
from linkage.errors import DataError, Fault
from linkage.privacy.folder import fault, opened
from linkage.privacy.keys import same_check
from linkage.privacy.manifest import ENCODED, RECORD_ID
from linkage.runs.publish import publish
from linkage.runs.storage import storage, undamaged

FOLDER = "received"
"""The folder, in the output folder, of what was linked last: a file a project and source."""

_SAMPLE = 1000
_SAME = 0.5
"""The share of the sample that must be there again: people come and go, but not most of them."""


@dataclass(frozen=True)
class Received:
    """The last delivery of a source that was linked; ``least`` are the least of its record ids."""

    delivery: int
    schema: str
    key_check: str
    least: tuple[str, ...]


def require_following(config: Config) -> None:
    """Refuse deliveries with other record ids than the last, or that came before it.

    Under another key, or another schema, ids are to be others: that is a rotation.

    Raises
    ------
    DataError
        D413 and D414, for every source of which it is so.
    """
    faults = [each for name in _encoded(config) for each in _faults(config, name)]
    if faults:
        raise DataError(faults)


def remember(config: Config) -> None:
    """Remember the deliveries of a run that is done."""
    for name in _encoded(config):
        register, now = _now(config, name)
        text = json.dumps(asdict(now))
        publish(register, text.encode())


def _encoded(config: Config) -> list[str]:
    return [name for name, source in config.sources.items() if source.encoded is not None]


def _faults(config: Config, name: str) -> Iterator[Fault]:
    register, now = _now(config, name)
    if not register.exists():
        return
    last = _read(register)
    if last.schema != now.schema or not same_check(last.key_check, now.key_check):
        return
    folder = _folder(config, name)
    if now.delivery < last.delivery:
        message = f"this is delivery {now.delivery}, and delivery {last.delivery} was linked before"
        yield fault("D414", name, message, "give the folder of the last delivery", folder)
    elif _share(last, folder) < _SAME:
        message = "it came with other record ids than the last delivery of the same source and key"
        fix = (
            "ask its owner to encode it with --previous; where the old ids are lost, remove "
            f"{register.name} from {FOLDER}/ in the output folder"
        )
        yield fault("D413", name, message, fix, folder)


def _now(config: Config, name: str) -> tuple[Path, Received]:
    """Return the file that remembers a source, and what stands in its folder now."""
    folder = _folder(config, name)
    said = opened(name, folder).manifest
    least = _ids(folder).slice(0, _SAMPLE).to_pylist()  # rows are sorted by them
    register = config.output / FOLDER / f"{said.project}.{said.source}.json"
    return register, Received(said.delivery, said.schema, said.key_check, tuple(least))


def _share(last: Received, folder: Path) -> float:
    """Return the share of the sample that is in ``folder``; 1 of a delivery without records."""
    sample = pa.array(last.least, pa.string())
    there = pc.sum(pc.is_in(sample, value_set=_ids(folder))).as_py()
    return 1.0 if there is None else float(there) / len(sample)


def _ids(folder: Path) -> pa.Array:
    path = folder / ENCODED
    with storage(path, "reading record ids"):
        return pq.read_table(path, columns=[RECORD_ID])[RECORD_ID].combine_chunks()


def _read(register: Path) -> Received:
    with storage(register, "reading what was received"), undamaged(register):
        try:
            record = json.loads(register.read_bytes())
            return Received(**{**record, "least": tuple(record["least"])})
        except (KeyError, TypeError):
            raise ValueError from None


def _folder(config: Config, name: str) -> Path:
    folder = config.sources[name].encoded
    if folder is None:
        raise TypeError(name)
    return folder

"""What a linkage unit asks of an owner for a review: whose values a review party is to see.

A request holds record ids alone. As many again were never sampled: from being asked for, an owner
learns of no record that it is in the review.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.config.schema import Source
from linkage.errors import DataError, Fault
from linkage.privacy.manifest import RECORD_ID
from linkage.runs.parquet import PARQUET
from linkage.runs.publish import private_folder, publishing
from linkage.runs.secret import output_secret
from linkage.runs.storage import storage

REQUESTS = Path("restricted") / "requests"
"""Where the requests to the owners lie, from the folder of the run."""

_SAID = b"link_review_request"
"""The key under which a request's file says what it is of."""


@dataclass(frozen=True)
class Request:
    """What is asked of the owner of one source, of the delivery that was linked.

    Parameters
    ----------
    review
        Of which review: 32 hexadecimal digits that all its requests share.
    source
        The unit's name for the source.
    """

    review: str
    source: str
    project: str
    schema: str
    key_check: str
    delivery: int


def ask_owners(
    sources: Mapping[str, Source], run: Path, shown: pa.Table, review: str
) -> dict[Path, int]:
    """Write a request to the owner of each source; return how many records each asks for.

    Parameters
    ----------
    run
        The folder of a finished run of ``sources``.
    shown
        ``source`` and ``rid`` of the records that reviewers are to see.
    review
        The name of the review.
    """
    secret = output_secret(run.parent.parent)
    private_folder(run / REQUESTS)
    keys = run / "restricted" / "record_keys.parquet"
    asked = {}
    for name, source in sources.items():
        rids = _distinct(shown.filter(pc.equal(shown["source"], name))[RECORD_ID])
        with storage(keys, "reading record ids"):
            every = pq.read_table(keys, filters=[("source", "=", name)], columns=["record_id"])
        ids = with_decoys(rids, _distinct(every["record_id"]), secret, f"{review}|{name}")
        path = run / REQUESTS / f"{name}.parquet"
        write_request(path, request_of(review, name, source), ids)
        asked[path] = len(ids)
    return asked


def _distinct(ids: pa.ChunkedArray) -> pa.StringArray:
    return pc.unique(ids).cast(pa.string()).sort()


def request_of(review: str, name: str, source: Source) -> Request:
    """Return the request of ``review`` for the encoded source called ``name``."""
    if source.origin is None:
        raise TypeError(name)
    said = source.origin
    return Request(review, name, said.project, said.schema_hash, said.key_check, said.delivery)


def with_decoys(asked: pa.StringArray, all_ids: pa.StringArray, secret: bytes, of: str) -> pa.Array:
    """Return the record ids ``asked`` (n,) and as many others at random, sorted.

    All the others, where there are fewer. The same are drawn whenever the same is asked: what two
    requests had in common would else be the sample.

    Parameters
    ----------
    all_ids
        The record ids (N,) of the source, in a fixed order.
    secret
        The unit's own, which no owner can guess.
    of
        The review and source, for which the draw is made.
    """
    others = all_ids.filter(pc.invert(pc.is_in(all_ids, value_set=asked)))
    seed = hmac.digest(secret, f"decoys|{of}".encode(), hashlib.sha256)
    draw = np.random.default_rng(int.from_bytes(seed, "big"))
    chosen = draw.choice(len(others), min(len(asked), len(others)), replace=False)
    ids = pa.concat_arrays([asked, others.take(pa.array(chosen))])
    return ids.take(pc.sort_indices(ids))


def write_request(path: Path, request: Request, rids: pa.Array) -> None:
    """Write a request as ``path``, readable by its user alone."""
    schema = pa.schema([(RECORD_ID, pa.string())], metadata={_SAID: json.dumps(asdict(request))})
    with publishing(path) as file:
        pq.write_table(pa.Table.from_arrays([rids], schema=schema), file, **PARQUET)


def read_request(path: Path) -> tuple[Request, pa.StringArray]:
    """Return a request and the record ids (n,) that it asks for, each once.

    Raises
    ------
    DataError
        D415 when ``path`` is no request.
    """
    with storage(path, "reading a request"):
        try:
            table = pq.read_table(path)
            request = _request(json.loads((table.schema.metadata or {})[_SAID]))
            rids = table[RECORD_ID].combine_chunks().cast(pa.string())
        except (KeyError, TypeError, ValueError, pa.ArrowException):
            raise _no_request(path) from None
    if rids.null_count or len(pc.unique(rids)) != len(rids):
        raise _no_request(path)
    return request, rids


def _request(said: Mapping[str, Any]) -> Request:
    return Request(
        review=str(said["review"]),
        source=str(said["source"]),
        project=str(said["project"]),
        schema=str(said["schema"]),
        key_check=str(said["key_check"]),
        delivery=int(said["delivery"]),
    )


def _no_request(path: Path) -> DataError:
    message = "this is no request for a review"
    fix = "give the source's file in the folder requests that link review sample wrote, unchanged"
    return DataError(Fault("D415", message, fix, file=path))

"""Pseudonyms: one name for a person in one project, and nothing in common between two projects."""

import hmac
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.privacy.manifest import RECORD_ID

PSEUDONYM = "pseudonym"
"""The column that names a person: 32 hexadecimal digits."""

_BYTES = 16

Texts = npt.NDArray[np.bytes_]


def pseudonyms(
    entities: pa.Table, sources: Sequence[str], secret: bytes, project: str
) -> Iterator[tuple[str, pa.Table]]:
    """Yield each source with the pseudonym of every record, linked or not, sorted by record id.

    The records of one entity share it. It is the HMAC-SHA-256 of a record id under a key of the
    project, cut to 128 bits; of the entity's records that of the first source counts, and of
    several there the least. So a pseudonym stays as long as that record is in the entity, whoever
    joins it from the sources after; without the secret it leads back to nothing, nor to the same
    person in another project. All records have one: who has could else be told to be linked.

    Parameters
    ----------
    entities
        ``source``, ``record_id`` and ``entity`` of every record.
    sources
        The names of the sources, the one whose records name their entities first.
    secret
        That of the output folder: no two linkage units share it, all runs of one do.
    """
    ids, entity, source = (
        entities[name].combine_chunks() for name in ("record_id", "entity", "source")
    )
    rid = np.array(ids.to_pylist(), "S32")
    rank = pc.index_in(source, value_set=pa.array(sources)).to_numpy()
    number = entity.dictionary_encode().indices.to_numpy()
    order = np.lexsort((rid, rank, number))
    opens = np.diff(number[order], prepend=-1) != 0
    key = hmac.digest(secret, b"pseudonym\0" + project.encode(), "sha256")
    names = _names(rid[order[opens]], key)
    given = np.empty(len(rid), names.dtype)
    given[order] = names[np.cumsum(opens) - 1]
    for at, name in enumerate(sources):
        own = np.flatnonzero(rank == at)
        own = own[np.argsort(rid[own])]
        columns = [pa.array(each[own].astype(str), pa.string()) for each in (rid, given)]
        yield name, pa.Table.from_arrays(columns, [RECORD_ID, PSEUDONYM])


def _names(anchors: Texts, key: bytes) -> Texts:
    """Return the pseudonym of each anchor (m,)."""
    digests = (hmac.digest(key, anchor, "sha256")[:_BYTES].hex() for anchor in anchors.tolist())
    return np.array([*digests], "S32")

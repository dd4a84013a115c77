"""New deliveries as records: read and standardised as a run would, in a folder of their own."""

import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.batches.deliveries import Delivery
from linkage.batches.taking import Taken, take
from linkage.config.schema import AnalysisVariable, Config, MissingVariable, Source
from linkage.runs.parquet import decoded
from linkage.runs.publish import private_folder
from linkage.runs.workspace import Workspace
from linkage.sources.ingest import ingest
from linkage.sources.selection import selection
from linkage.standardise.stage import standardise

_FOLDER = ".incoming"

Flags = npt.NDArray[np.bool_]
Beside = tuple[MissingVariable | AnalysisVariable, ...]


@dataclass(frozen=True)
class Incoming:
    """What new deliveries say of a source.

    Parameters
    ----------
    records
        The standardised records that its filters keep, in the order of identifiers; None for none.
    kept
        (n,) which of the rows taken these are.
    """

    taken: Taken
    records: pa.Table | None
    kept: Flags


@contextmanager
def incoming(
    workspace: Workspace, config: Config, deliveries: Sequence[Delivery]
) -> Iterator[dict[str, Incoming]]:
    """Give what new deliveries say, by source; the folder that it takes is removed again.

    Raises
    ------
    DataError
        With everything that is wrong with the deliveries.
    """
    folder = workspace.root / _FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    private_folder(folder)
    try:
        beside: Beside = (*config.missingness.variables, *config.analysed)
        taken, sources = {}, {}
        for name, source in config.sources.items():
            own = [each for each in deliveries if each.source == name]
            path = folder / f"{name}.parquet"
            columns = selection(name, source, config.groups, beside)
            taken[name] = take(name, source, columns, own, path)
            if path.is_file():
                sources[name] = source.model_copy(update={"path": path})
            workspace.progress(len(taken), len(config.sources), "sources")
        _standardised(folder, config, sources)
        yield {name: _incoming(folder, name, each) for name, each in taken.items()}
        _counts(folder, workspace, sources)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _standardised(folder: Path, config: Config, sources: dict[str, Source]) -> None:
    if not sources:
        return
    beside: Beside = (*config.missingness.variables, *config.analysed)
    readable = [*(each.path for each in sources.values()), *config.lookups]
    with Workspace(folder, config.engine, readable) as inner:
        ingest(inner, sources, config.groups, beside)
        standardise(inner, sources, config.groups, beside)


def _incoming(folder: Path, name: str, taken: Taken) -> Incoming:
    path = folder / "restricted" / f"records_{name}.parquet"
    if not path.is_file():
        return Incoming(taken, None, np.zeros(len(taken.ids), bool))
    schema = pq.read_schema(path)
    texts = [
        f.name for f in decoded(schema) if pa.types.is_string(f.type) and f.name != "record_id"
    ]
    with pq.ParquetFile(path, read_dictionary=texts, page_checksum_verification=True) as file:
        records = file.read().unify_dictionaries().combine_chunks()
    ids = records["record_id"].cast(pa.large_string()).combine_chunks()
    kept = pc.is_in(taken.ids, ids).to_numpy(zero_copy_only=False)
    return Incoming(taken, records, kept)


def _counts(folder: Path, workspace: Workspace, sources: Collection[str]) -> None:
    """Keep what was counted of the rows that came."""
    if sources:
        name = "standardisation_counts"
        workspace.write(name, pq.read_table(folder / "restricted" / f"{name}.parquet"))

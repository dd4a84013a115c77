"""The linkage unit gives each owner the pseudonyms of its records."""

from pathlib import Path

import pyarrow.parquet as pq

from linkage.config.schema import Config
from linkage.errors import Fault, RefusedError
from linkage.privacy.new_folder import new_folder
from linkage.privacy.pseudonyms import pseudonyms
from linkage.runs.parquet import PARQUET
from linkage.runs.publish import publishing
from linkage.runs.secret import output_secret
from linkage.runs.storage import storage


def give(config: Config, run: Path, project: str, out: Path) -> dict[str, Path]:
    """Write ``<source>.parquet`` for every source of a finished run, and return the files.

    Parameters
    ----------
    config
        The run's own settings.
    project
        Whose pseudonyms they are.

    Raises
    ------
    RefusedError
        R517 when a source was read in clear text.
    """
    clear = [name for name, source in config.sources.items() if source.encoded is None]
    if clear:
        message = f"the run read {', '.join(clear)} in clear text"
        fix = "give the folder of a run whose sources are all encoded"
        raise RefusedError(Fault("R517", message, fix, file=run))
    entities = run / "restricted" / "entities.parquet"
    with storage(entities, "reading the entities of the run"):
        table = pq.read_table(entities)
    sources = sorted(config.sources, key=lambda name: name != config.focal)
    secret = output_secret(run.parent.parent)
    with new_folder(out, "for the pseudonyms") as folder:
        for name, given in pseudonyms(table, sources, secret, project):
            with publishing(folder / f"{name}.parquet") as file:
                pq.write_table(given, file, **PARQUET)
    return {name: out / f"{name}.parquet" for name in sources}

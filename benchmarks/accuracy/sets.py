"""The public sets: where their records lie and who each record is."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
from ruamel.yaml import YAML

from linkage.sql import identifier, literal

HERE = Path(__file__).parent


@dataclass(frozen=True)
class SetSource:
    """One file of a set: its identifier, the column that is the truth, the rows that count."""

    file: str
    id: str
    person: str
    where: str = "true"

    def rows(self, selected: str) -> str:
        """Return the query for ``selected`` over the rows of this source."""
        path = literal(str(data_folder() / self.file))
        return f"SELECT {selected} FROM read_parquet({path}) WHERE {self.where}"  # noqa: S608


@dataclass(frozen=True)
class PublicSet:
    """A set with known truth: link its sources, or find the duplicates within its one source."""

    name: str
    type: str
    pairs: int
    sources: Mapping[str, SetSource]

    def write_truth(self, path: Path) -> None:
        """Write ``source, record_id, person`` for every record whose person is known."""
        parts = [
            source.rows(
                f"{literal(name)} AS source, {_text(source.id)} AS record_id, "
                f"{_text(source.person)} AS person"
            )
            for name, source in self.sources.items()
        ]
        with duckdb.connect() as connection:
            connection.sql(" UNION ALL ".join(parts)).filter("person IS NOT NULL").write_parquet(
                str(path)
            )


def _text(column: str) -> str:
    return f"CAST({identifier(column)} AS VARCHAR)"


def data_folder() -> Path:
    """Return the folder of public sets, which the environment variable LINKAGE_DATA names."""
    folder = os.environ.get("LINKAGE_DATA")
    if not folder:
        raise SystemExit("set LINKAGE_DATA to the folder that holds the public sets")
    return Path(folder).resolve()


def read_yaml(path: Path) -> dict:
    """Read one of the benchmark's own YAML files."""
    return YAML(typ="safe", pure=True).load(path)


def public_sets() -> dict[str, PublicSet]:
    """Return every set of sets.yaml, in its order."""
    return {
        name: PublicSet(
            name,
            said["type"],
            said["pairs"],
            {source: SetSource(**about) for source, about in said["sources"].items()},
        )
        for name, said in read_yaml(HERE / "sets.yaml").items()
    }

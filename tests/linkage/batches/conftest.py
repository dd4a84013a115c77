import csv
import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from linkage.batches.linking import link_batch
from linkage.config.schema import Config
from linkage.execution import home_of


def deliver(folder, source, number, kind, records):
    """Write a delivery of records, given as dictionaries; return its folder."""
    place = folder / source / f"{number:04d}"
    place.mkdir(parents=True)
    path = place / "people.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, records[0])
        writer.writeheader()
        writer.writerows(records)
    data = path.read_bytes()
    said = {
        "name": path.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "rows": len(records),
    }
    manifest = {"source": source, "number": number, "kind": kind, "files": [said]}
    (place / "manifest.json").write_text(json.dumps(manifest))
    return place


@dataclass
class Series:
    """A configuration with its deliveries, linked batch by batch."""

    config: Config
    observer: object

    @property
    def folder(self):
        return self.config.batch.deliveries

    @property
    def home(self):
        return home_of(self.config)

    @property
    def latest(self):
        return (self.home / "latest").resolve()

    def deliver(self, source, number, kind, records):
        return deliver(self.folder, source, number, kind, records)

    def link(self, rebuild=False, **changes):
        config = self.config
        if changes:
            said = config.batch.model_copy(update=changes)
            config = config.model_copy(update={"batch": said})
        return link_batch(config, "", (), ("links", "entities"), self.observer, rebuild)

    def rebuilt(self, tmp_path):
        """Return a series of its own that has linked all of this one's records anew."""
        folder = Path(
            shutil.copytree(self.home, tmp_path / "again" / self.home.name, symlinks=True)
        )
        config = self.config.model_copy(update={"output": folder.parent})
        other = Series(config, self.observer)
        other.link(rebuild=True)
        return other

    def rows(self, name):
        return pq.read_table(self.latest / "restricted" / f"{name}.parquet").to_pylist()

    def done(self):
        return json.loads((self.latest / "restricted" / "spine_made.json").read_text())

    @property
    def links(self):
        return {(row["record_id_l"], row["record_id_r"]) for row in self.rows("links")}

    @property
    def entities(self):
        return {(row["source"], row["record_id"]): row["entity"] for row in self.rows("entities")}

    @property
    def events(self):
        number = json.loads((self.latest / "manifest.json").read_text())["batch"]["number"]
        return [row for row in self.rows("entity_events") if row["batch"] == number]


@pytest.fixture
def series(tmp_path, columns, silent):
    """Return a function that begins a series of batches of sources of these names."""

    def begin(names=("a", "b"), once=("a", "b"), linkage=None, **batch):
        deliveries = tmp_path / "deliveries"
        deliveries.mkdir()
        sources = {
            name: {
                "path": tmp_path / f"{name}.csv",
                "id": "id",
                "one_record_per_person": name in once,
                "columns": columns,
            }
            for name in names
        }
        config = Config.model_validate(
            {
                "name": "test",
                "sources": sources,
                "linkage": linkage or {},
                "engine": {"memory": "1GB", "threads": 1},
                "quality": {"draws": 0},
                "batch": {"deliveries": deliveries, "report": False, **batch},
                "output": tmp_path / "runs",
            }
        )
        return Series(config, silent)

    return begin


def plain(records):
    return [{k: v for k, v in record.items() if k != "person"} for record in records]


@pytest.fixture
def people(invented_people):
    """Return records of a source of persons ``first`` to ``last``, as they are delivered."""
    return lambda name, first, last, copies=1: plain(invented_people(name, first, last, copies))

import csv
import json
import random
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage import pipeline
from linkage.config.schema import Config
from linkage.engines.duckdb import DuckDBEngine
from linkage.engines.inspection import Inspection
from linkage.model.source_pairs import source_pairs
from linkage.runs.inputs import hash_inputs
from linkage.runs.workspace import Workspace
from linkage.stages import STAGES


class Silent:
    """An observer that says nothing."""

    def planned(self, stages): ...

    def started(self, stage): ...

    def progressed(self, stage, done, total, unit): ...

    def finished(self, stage, seconds): ...

    def skipped(self, stage): ...

    def failed(self, stage, error): ...


@pytest.fixture
def silent():
    return Silent()


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """Return a function that writes sources, given as lists of records, as ingest would.

    It returns the file of each, and what is compared with what.
    """

    def write(sources, kind="link", once=(), types=None):
        folder = tmp_path_factory.mktemp("records")
        first, sizes, paths = 0, {}, {}
        for number, (name, records) in enumerate(sources.items()):
            table = pa.table({c: _column(records, c, types or {}) for c in records[0]})
            numbers = pa.array(range(first, first + len(records)), pa.int32())
            paths[name] = folder / f"{number}.parquet"
            pq.write_table(table.add_column(0, "record", numbers), paths[name])
            first, sizes[name] = first + len(records), len(records)
        return paths, source_pairs(sizes, {name: name in once for name in sources}, kind)

    return write


def _column(records, name, types):
    return pa.array([record[name] for record in records], types.get(name))


@pytest.fixture
def connection():
    with duckdb.connect() as made:
        yield made


@pytest.fixture
def engine_of(connection, written, room):
    """Return an engine over sources given as lists of records; one at a time."""

    def make(sources, kind="link", once=(), types=None):
        return DuckDBEngine(connection, *written(sources, kind, once, types), room)

    return make


@pytest.fixture
def inspection_of(connection, written):
    """Return what is asked of sources, given as lists of records, before they are compared."""

    def make(sources, kind="link", types=None):
        return Inspection(connection, *written(sources, kind, types=types))

    return make


COLUMNS = {
    "first_name": "first",
    "surname": "last",
    "date_of_birth": {"column": "born", "format": "%Y-%m-%d"},
    "postcode": {"column": "post", "style": "plain"},
    "sex": "sex",
}
SYLLABLES = "ba ce di fo gu ha ke li mo nu pa re si to vu wa ye zo".split()


@pytest.fixture(scope="session")
def columns():
    """The columns of the invented sources, as a configuration maps them."""
    return COLUMNS


def _person(draw):
    return {
        "first": "".join(draw.choices(SYLLABLES, k=2)).title(),
        "last": "".join(draw.choices(SYLLABLES, k=3)).title(),
        "born": f"{date(1940, 1, 1) + timedelta(days=draw.randrange(25_000))}",
        "post": f"{draw.randrange(90):05d}",
        "sex": draw.choice("FM"),
    }


def _erring(draw, person):
    """The person as a source has it: each field but sex wrong once in twelve."""
    wrong = dict(person)
    for field in ("first", "last", "born", "post"):
        if draw.random() < 1 / 12:
            wrong[field] = _person(draw)[field] if draw.random() < 0.5 else ""
    return wrong


@pytest.fixture(scope="session")
def invented_people():
    """Return records of persons ``first`` to ``last``, each ``copies`` times, with errors."""
    draw = random.Random(20_261_122)
    everyone = [_person(draw) for _ in range(400)]

    def records(name, first, last, copies=1):
        draw = random.Random(f"{name} {first} {last}")
        return [
            {"id": f"{name}{person}-{copy}", "person": person, **_erring(draw, everyone[person])}
            for person in range(first, last)
            for copy in range(copies)
        ]

    return records


@dataclass(frozen=True)
class Linked:
    """What the stages of a run wrote."""

    root: Path
    config: Config

    def rows(self, name):
        return pq.read_table(self.root / "restricted" / f"{name}.parquet").to_pylist()

    def json(self, name):
        return json.loads((self.root / "restricted" / f"{name}.json").read_text())

    @property
    def links(self):
        return {(row["record_id_l"], row["record_id_r"]) for row in self.rows("links")}


@pytest.fixture(scope="session")
def link(tmp_path_factory):
    """Return a function that links invented sources by the stages of this package.

    Nothing is drawn unless ``quality`` says so.
    """

    def linked(sources, linkage=None, once=(), engine=None, roles=None, **sections):
        folder = tmp_path_factory.mktemp("linked")
        said = {}
        for name, records in sources.items():
            with (folder / f"{name}.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, records[0])
                writer.writeheader()
                writer.writerows(records)
            said[name] = {
                "path": folder / f"{name}.csv",
                "id": "id",
                "one_record_per_person": name in once,
                "columns": (roles or {}).get(name, COLUMNS),
            }
        config = Config.model_validate(
            {
                "name": "test",
                "sources": said,
                "linkage": linkage or {},
                "engine": {"memory": "1GB", "threads": 2, **(engine or {})},
                "output": folder / "runs",
                **{"quality": {"draws": 0}, **sections},
            }
        )
        inputs = hash_inputs(config.sources)
        root = folder / "run"
        readable = [each.path for each in inputs.values()]
        with Workspace(root, config.engine, readable) as workspace:
            pipeline.run(STAGES, config, workspace, inputs, Silent())
        return Linked(root, config)

    return linked


@pytest.fixture(scope="session")
def spark_settings():
    """A quick Spark on this machine, as a configuration's engine says it."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    conf = {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
    return {"backend": "spark", "threads": 2, "memory": "1GB", "spark": {"conf": conf}}

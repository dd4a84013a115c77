"""Runs made by hand, table by table, so that every count is known."""

import io

import pyarrow as pa
import pytest
from ruamel.yaml import YAML

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from linkage.tables import CANDIDATES, ENTITIES, INGEST_COUNTS, LINKS, RECORD_KEYS
from quality import measures
from quality.estimate import Estimate
from quality.grades import grade_of
from tests.browser import Browser


class MadeRun:
    """A run folder under construction: say what its records are, then write them."""

    def __init__(self, root, **settings):
        self.workspace = Workspace(root)
        self.root = root
        self.settings = settings
        self.records = {}

    @property
    def config(self):
        unique = self.settings.get("unique", True)
        sources = {
            name: {
                "path": f"{name}.csv",
                "id": "id",
                "one_record_per_person": unique,
                "columns": {"surname": "surname"},
                **self.settings.get("source", {}).get(name, {}),
            }
            for name in self.records
        }
        rest = {k: v for k, v in self.settings.items() if k not in {"unique", "source"}}
        return Config.model_validate({"name": "made", "sources": sources} | rest)

    def source(self, name, rows, **types):
        """Add a source: rows of plain values, ``id`` among them."""
        first = sum(len(each) for each in self.records.values())
        self.records[name] = rows
        columns = {key for row in rows for key in row} - {"id"}
        table = {
            "record": pa.array(range(first, first + len(rows)), pa.int32()),
            "record_id": pa.array([row["id"] for row in rows], pa.string()),
            "fold": pa.array([0] * len(rows), pa.uint8()),
        } | {
            column: pa.array([row.get(column) for row in rows], types.get(column, pa.string()))
            for column in sorted(columns)
        }
        self.workspace.write(f"records_{name}", pa.table(table))
        return self

    def decide(self, links=(), entities=None, candidates=()):
        """Write the decision: links as (source_l, id_l, source_r, id_r), entities as id sets."""
        place, keys = {}, []
        for name, rows in self.records.items():
            for row in rows:
                place[name, row["id"]] = len(keys)
                keys.append({"source": name, "record": len(keys), "record_id": row["id"]})
        self._write("record_keys", RECORD_KEYS, keys)
        named = ("source_l", "record_id_l", "source_r", "record_id_r")
        self._write("links", LINKS, [dict(zip(named, each, strict=True)) for each in links])
        members = {member: number for number, each in enumerate(entities or ()) for member in each}
        self._write(
            "entities",
            ENTITIES,
            [
                {
                    "source": row["source"],
                    "record_id": row["record_id"],
                    "entity": f"e{members.get(row['record_id'], 'alone' + str(row['record']))}",
                }
                for row in keys
            ],
        )
        pairs = [
            {
                "source_l": a,
                "record_l": place[a, x],
                "source_r": b,
                "record_r": place[b, y],
            }
            for a, x, b, y in candidates or links
        ]
        self._write("candidates", CANDIDATES, pairs)
        self.workspace.write_json("uncertainty", {"draws": 0})
        return self

    def method(self, *rules):
        """Write the blocking rules, each a list of columns."""
        written = [{"name": "", "terms": list(terms), "sql": "", "pairs": 1} for terms in rules]
        self.workspace.write_json(
            "method",
            {
                "comparisons": [],
                "rules": written,
                "n_pairs": [1] * len(rules),
                "n_keys": 0,
                "estimated_loss": None,
                "left_out": [],
            },
        )
        return self

    def ingest(self, **dropped):
        rows = []
        for name, records in self.records.items():
            lost = dropped.get(name, {})
            counts = {"outside_keep": 0, "named_in_drop": 0} | lost
            kept = {"read": len(records) + sum(lost.values()), **counts, "kept": len(records)}
            rows += [{"source": name, "reason": reason, "n": n} for reason, n in kept.items()]
        self._write("ingest_counts", INGEST_COUNTS, rows)
        return self

    def finished(self):
        """Write the settings beside the tables, as a run does when it ends."""
        text = io.BytesIO()
        YAML().dump(self.config.resolved(), text)
        (self.root / "config.resolved.yaml").write_bytes(text.getvalue())
        (self.root / "manifest.json").write_text("{}")
        return self.root

    def _write(self, name, table, rows):
        columns = {
            column: pa.array([row.get(column) for row in rows], kind)
            for column, kind in table.columns.items()
        }
        self.workspace.write(name, pa.table(columns))


@pytest.fixture
def made_run(tmp_path):
    """Return a maker of runs; each call a folder of its own."""
    made = []

    def make(root=None, **settings):
        made.append(MadeRun(root or tmp_path / f"run{len(made)}", **settings))
        return made[-1]

    yield make
    for each in made:
        each.workspace.close()


@pytest.fixture(scope="session")
def rate():
    """Return a maker of error rates: precision of a linked to b by review, unless said."""

    def make(measure=measures.PRECISION, method=measures.REVIEW, **changes):
        said = {
            "measure": measure,
            "method": method,
            "source": "a",
            "other": "b",
            "estimate": 0.97,
            "lower": 0.94,
            "upper": 0.99,
            "level": 0.95,
            "grade": grade_of(method),
            "n_records": 1234,
            "n_reviewed": 103 if method == measures.REVIEW else None,
            "status": "ok",
        }
        return Estimate(**{**said, **changes})

    return make


@pytest.fixture
def browser(tmp_path):
    """A browser at an empty page."""
    browser = Browser(tmp_path / "profile")
    yield browser
    browser.close()

"""A linkage unit's run: from two owners' folders to links, as splink would weigh them."""

import json

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from splink import DuckDBAPI, Linker

from linkage.config.against_data import require
from linkage.config.loader import load
from linkage.execution import execute
from linkage.stages import KEPT, STAGES
from tests.encoded import write_folder

N, SHARED = 1_200, 900
SYLLABLES = ("BA", "CO", "DEL", "FIN", "GRA", "HO", "LEN", "MI", "NOR", "PAT", "RI", "SU", "TO")


class Unwatched:
    """An observer that does not look."""

    def __getattr__(self, name):
        return lambda *_: None


def invented(seed=5):
    """Two sources of standardised records of the same people, some of them misspelt or misdated."""
    rng = np.random.default_rng(seed)
    names = ["".join(each) for each in rng.choice(SYLLABLES, (400, 3))]
    skewed = 1 / np.arange(1, 401)
    people = [
        {
            "first_name": names[rng.choice(400, p=skewed / skewed.sum())],
            "surname": names[rng.choice(400, p=skewed / skewed.sum())],
            "birth_year": int(rng.integers(1930, 2010)),
            "birth_month": int(rng.integers(1, 13)),
            "birth_day": int(rng.integers(1, 29)),
            "sex": "FM"[rng.integers(2)],
            "postcode": f"AB{rng.integers(1, 9)} {rng.integers(1, 9)}{'CDE'[rng.integers(3)]}D",
        }
        for _ in range(2 * N - SHARED)
    ]
    kept = {"a": people[:N], "b": [_slipped(rng, dict(p)) for p in people[N - SHARED :]]}
    return {name: _table(each, name) for name, each in kept.items()}


def _slipped(rng, person):
    for field in ("first_name", "surname"):
        if rng.random() < 0.1:
            at = rng.integers(len(person[field]))
            person[field] = person[field][:at] + "E" + person[field][at + 1 :]
    if rng.random() < 0.05:
        person["birth_day"] = int(rng.integers(1, 29))
    for field in ("postcode", "first_name", "birth_year"):
        if rng.random() < 0.03:
            person[field] = None
    return person


def _table(people, source):
    first = 0 if source == "a" else N - SHARED
    rows = {name: [person[name] for person in people] for name in people[0]}
    for name in ("first_name", "surname"):
        rows[f"{name}_phonetic"] = [each and each.translate(_QUIET) for each in rows[name]]
    rows["postcode_sector"] = [each and each[:-2] for each in rows["postcode"]]
    rows["postcode_district"] = [each and each.split(" ")[0] for each in rows["postcode"]]
    rows["record_id"] = [f"{source}{first + i}" for i in range(len(people))]
    rows["group_sex"] = rows["sex"]
    kinds = {name: pa.int16() for name in rows if name.startswith("birth_")}
    return pa.table({name: pa.array(each, kinds.get(name)) for name, each in rows.items()})


_QUIET = str.maketrans("", "", "AEIOU")


@pytest.fixture(scope="module", params=["standard", "high", "keys"])
def run(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    owned = {
        name: write_folder(folder / name, records, privacy={"profile": request.param})
        for name, records in invented().items()
    }
    config = folder / "unit.yaml"
    config.write_text(
        f"name: {request.param}\nsources:\n"
        "  a: {encoded: a, one_record_per_person: true}\n"
        "  b: {encoded: b, one_record_per_person: true}\n"
        "groups: {sex: {source: a, column: group_sex}}\n"
    )
    loaded = load(config)
    assert not require(loaded)
    root = execute(STAGES, loaded.config, loaded.text, KEPT, Unwatched())
    return request.param, root, {rid: own for each in owned.values() for own, rid in each.items()}


def test_links_are_those_of_the_same_people(run):
    profile, root, owned = run
    links = pq.read_table(root / "restricted" / "links.parquet").to_pylist()
    pairs = [(owned[row["record_id_l"]], owned[row["record_id_r"]]) for row in links]
    right = sum(left[1:] == other[1:] for left, other in pairs)
    least = {"standard": 0.95, "high": 0.95, "keys": 0.8}[profile]
    assert 2 * right / (len(pairs) + SHARED) > least


def test_splink_weighs_every_candidate_alike(run):
    _, root, _ = run
    restricted = root / "restricted"
    kept = pq.read_table(restricted / "candidates.parquet")
    with duckdb.connect() as connection:
        api = DuckDBAPI(connection)
        frames = [
            api.register(
                _in_text(restricted / f"records_{name}.parquet"), dataset_display_name=name
            )
            for name in "ab"
        ]
        said = json.loads((root / "model.json").read_text())
        predicted = Linker(frames, said, log_level="ERROR").inference.predict()
        rows = predicted.as_pyarrow_table().to_pylist()
    theirs = {(int(r["record_l"]), int(r["record_r"])): r["match_weight"] for r in rows}
    ours = zip(
        *(kept[n].to_pylist() for n in ("record_l", "record_r", "match_weight")), strict=True
    )
    found = {(left, right): weight for left, right, weight in ours}
    assert len(found) > SHARED / 2
    assert max(abs(theirs[pair] - weight) for pair, weight in found.items()) < 1e-6
    lowest = min(found.values())
    assert {pair for pair, weight in theirs.items() if weight > max(lowest, 0)} <= set(found)


def _in_text(path):
    """Return records numbered in text of one length: splink tells left from right by text."""
    table = pq.read_table(path)
    beside = [name for name in table.column_names if name.startswith(("group_", "missing_"))]
    table = table.drop_columns(beside)
    numbers = [f"{each:06d}" for each in table["record"].to_pylist()]
    return table.set_column(table.column_names.index("record"), "record", pa.array(numbers))


def test_no_rule_asks_coarse_tokens_alone(run):
    _, root, _ = run
    method = json.loads((root / "restricted" / "method.json").read_text())
    assert all(set(rule["terms"]) - {"sex"} for rule in method["rules"])


def test_groups_come_as_their_owner_declared_them(run):
    _, root, _ = run
    records = pq.read_table(root / "restricted" / "records_a.parquet")
    assert set(records["group_sex"].to_pylist()) == {"F", "M"}
    assert not [name for name in records.column_names if name == "first_name"]

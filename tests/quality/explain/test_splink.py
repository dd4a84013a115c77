"""The parts of a weight beside those that splink's waterfall of the same pairs is drawn from."""

import json

import duckdb
import pyarrow.parquet as pq
import pytest
from splink import DuckDBAPI, Linker

from quality.explain.explanation import explain


@pytest.fixture(scope="module")
def waterfalls(linked):
    """Return splink's weights, of levels and of term frequencies, by pair of records."""
    settings = json.loads((linked / "model.json").read_text())
    settings["retain_intermediate_calculation_columns"] = True
    tables = {
        name: pq.read_table(linked / "restricted" / f"records_{name}.parquet") for name in "ab"
    }
    shared = [name for name in tables["b"].column_names if name in tables["a"].column_names]
    with duckdb.connect() as connection:
        api = DuckDBAPI(connection)
        frames = [
            api.register(table.select(shared), dataset_display_name=name)
            for name, table in tables.items()
        ]
        linker = Linker(frames, settings, log_level="ERROR")
        rows = linker.inference.predict().as_pyarrow_table().to_pylist()
    return {tuple(sorted((row["record_l"], row["record_r"]))): row for row in rows}


def test_each_part_is_that_of_splinks_waterfall(linked, waterfalls):
    ids = {
        row["record"]: row["record_id"]
        for row in pq.read_table(linked / "restricted" / "record_keys.parquet").to_pylist()
    }
    heaviest = sorted(waterfalls, key=lambda pair: -waterfalls[pair]["match_weight"])
    for pair in (heaviest[0], heaviest[len(heaviest) // 2], heaviest[-1]):
        found, theirs = explain(linked, [ids[each] for each in pair]), waterfalls[pair]
        assert found.match_weight == pytest.approx(theirs["match_weight"], abs=1e-9)
        for part in found.parts:
            name = part.comparison.name
            assert part.weight == pytest.approx(theirs[f"mw_{name}"], abs=1e-9)
            adjustment = theirs.get(f"mw_tf_adj_{name}", 0.0)
            assert part.frequency == pytest.approx(adjustment, abs=1e-9)

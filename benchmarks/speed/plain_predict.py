"""Splink's own predict with the model of a finished run: ``plain_predict RUN OUTPUT FLOOR``.

It reads the standardised records that the run's own engine read, the columns that the model names
and no others, and keeps the pairs whose match weight reaches the floor.
"""

import json
import logging
import sys
from pathlib import Path

import duckdb
from splink import DuckDBAPI, Linker

from benchmarks.speed.plain_splink import SOURCES, phase
from linkage.sql import identifier, literal


def run(folder: Path, output: Path, floor: float) -> None:
    """Write predictions.parquet to ``output``: record_l, record_r and match_weight."""
    connection = duckdb.connect()
    model = (folder / "model.json").read_text(encoding="utf-8")
    with phase("load"):
        api = DuckDBAPI(connection)
        frames = []
        for name in SOURCES:
            _load(connection, name, folder / "restricted" / f"records_{name}.parquet", model)
            frames.append(api.register(name, dataset_display_name=name))
        linker = Linker(frames, json.loads(model))
    with phase("predict"):
        scored = linker.inference.predict(threshold_match_weight=floor)
    with phase("write"):
        connection.sql(
            "SELECT record_l, record_r, match_weight "  # noqa: S608
            f"FROM {identifier(scored.physical_name)}"
        ).write_parquet(str(output / "predictions.parquet"))


def _load(connection: duckdb.DuckDBPyConnection, name: str, path: Path, model: str) -> None:
    rows = f"read_parquet({literal(str(path))})"
    held = [row[0] for row in connection.execute(f"DESCRIBE FROM {rows}").fetchall()]
    named = (f'{column}_l\\"' for column in held), (f'l.\\"{column}\\"' for column in held)
    frequent = (f'"tf_adjustment_column": "{column}"' for column in held)
    wanted = [c for c, *said in zip(held, *named, frequent, strict=True) if _any(said, model)]
    columns = ", ".join(identifier(column) for column in ("record", *wanted))
    connection.execute(f"CREATE TABLE {identifier(name)} AS SELECT {columns} FROM {rows}")  # noqa: S608


def _any(said: list[str], model: str) -> bool:
    return any(each in model for each in said)


if __name__ == "__main__":
    logging.getLogger("splink").setLevel(logging.ERROR)
    run(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))

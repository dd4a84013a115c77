"""A million encodings linked with a million: ``python -m benchmarks.privacy.large``.

Both sources are encoded as owners encode them, the attack before release left out, which is no part
of linkage; then ``link run`` alone, once, with everything at its default but the memory. Writes
privacy_large.json and privacy_large.md to benchmarks/results, or to the folder of ``--results``.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from time import process_time
from typing import Any

import polars as pl
import pyarrow as pa

from benchmarks.accuracy.sets import read_yaml
from benchmarks.privacy.losses import Agreement, Record, agreement
from benchmarks.speed import population
from benchmarks.speed.engines import run_pairs
from benchmarks.speed.watched import LINKS, START, WHOLE, watch
from cli.progress import observer
from linkage import pipeline
from linkage.config.loader import load
from linkage.config.privacy_settings import Privacy, Profile
from linkage.config.schema import Config, Gates
from linkage.privacy.encoder import encode
from linkage.privacy.encoding_stages import only_source, standardised
from linkage.privacy.folder_writing import About, write_folder
from linkage.privacy.identity import new_ids
from linkage.privacy.keys import BYTES, Key
from linkage.privacy.manifest import RECORD_ID
from linkage.privacy.profiles import schema_for
from linkage.privacy.schema import Schema
from linkage.runs.inputs import hash_inputs
from linkage.runs.workspace import Workspace
from linkage.stages import STAGES

RESULTS = Path(__file__).parents[1] / "results"
N, MEMORY = 1_000_000, "8GB"
_SOURCES = ("census", "register")
_FILES = Path(__file__).parents[1] / "speed" / "files.yaml"
_FIELDS = ("first_name", "surname", "date_of_birth", "sex", "postcode")
_PROJECT, GATES = "large", "gates"
_READ = ("ingest", "standardise")
_JUDGED = ("rhat", "effective_draws")
"""The quality gates of the draws, which the run has to pass to be measured at all."""

_PAGE = """# {n:,} encodings a side, in {memory}

Made by `python -m benchmarks.privacy.large`: profile `{profile}`, fields {fields}. `link run` with
`engine: {{memory: {memory}}}` and everything else at its default, draws of linkages included.

Links {links:,}, precision {precision:.4f}, recall {recall:.4f}. Most memory **{peak:,.0f} MB**.
Encoding took {encoding:,.0f} CPU seconds a million records, reading and cleaning included.

The draws of linkages have an R-hat of {rhat:.2f} and are worth {effective:,.0f} independent ones.
The quality gates ask for {limits.rhat:g} at most and {limits.effective_draws} at least: a run
that is short of either ends with exit code 4.

| stage | CPU s | most memory, MB | pairs |
|---|---|---|---|
{rows}
"""


def main() -> None:
    """Encode, link and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=N)
    parser.add_argument("--profile", choices=("standard", "high"), default="standard")
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="encoded-") as temporary:
        folder = Path(temporary)
        population.write(folder / "data", said.size)
        began = process_time()
        ids = _encoded(folder, said.profile)
        encoding = (process_time() - began) / 2 * N / said.size
        records, found = _linked(folder, ids)
    about = {"profile": said.profile, "n_per_side": said.size}
    records = [about | each for each in records]
    records.append({**about, "stage": "encode", "cpu_s": round(encoding, 1)} | asdict(found))
    said.results.mkdir(exist_ok=True)
    text = json.dumps(records, indent=1) + "\n"
    (said.results / "privacy_large.json").write_text(text, encoding="utf-8")
    (said.results / "privacy_large.md").write_text(page(records), encoding="utf-8")


def _encoded(folder: Path, profile: Profile) -> dict[str, pl.DataFrame]:
    """Write the folder of each source for the unit; return whose the record ids are."""
    said = read_yaml(_FILES)
    for source in said["sources"].values():
        source["path"] = source["path"].replace("DATA", str(folder / "data"))
    written = folder / "owners.yaml"
    written.write_text(json.dumps(said))
    config = load(written).config
    schema = schema_for(Privacy(project=_PROJECT, profile=profile, fields=_FIELDS))
    key = Key(_PROJECT, 1, os.urandom(BYTES))
    return {source: _given(config, source, schema, key, folder) for source in _SOURCES}


def _given(config: Config, source: str, schema: Schema, key: Key, folder: Path) -> pl.DataFrame:
    only, out = only_source(config, source), folder / "unit" / source
    inputs = hash_inputs(only.sources)
    readable = [each.path for each in inputs.values()]
    with (
        observer("plain", sys.stderr) as watching,
        Workspace(folder / "owners" / source, only.engine, readable) as workspace,
    ):
        pipeline.run(
            [each for each in STAGES if each.name in _READ], only, workspace, inputs, watching
        )
        table, wanted = f"records_{source}", standardised(schema)
        held = [name for name in wanted if name in workspace.schema(table).names]
        encodings = encode(workspace.row_groups(table, held, encoded=held), schema, key)
        local = pa.Table.from_batches(workspace.row_groups(table, ["record_id"]))
    rids = new_ids(encodings.num_rows)
    out.mkdir(parents=True)
    about = About(source, 1, key.check, config.disclosure.threshold)
    write_folder(out, encodings.append_column(RECORD_ID, rids), schema, {}, about)
    known = pl.from_arrow(local)
    if not isinstance(known, pl.DataFrame):
        raise TypeError(type(known))
    return known.select(local="record_id").with_columns(rid=pl.Series(rids.to_pylist()))


def _linked(folder: Path, ids: Mapping[str, pl.DataFrame]) -> tuple[list[Record], Agreement]:
    unit = folder / "unit"
    sources = {
        source: {"encoded": str(unit / source), "one_record_per_person": True}
        for source in _SOURCES
    }
    linking, scratch = unit / "linking", unit / "scratch"
    linking.mkdir()
    written = linking / "config.yaml"
    said: dict[str, Any] = {"version": 1, "name": _PROJECT, "sources": sources}
    said["engine"] = {"memory": MEMORY, "temp": str(scratch)}
    written.write_text(json.dumps(said | {"output": str(linking / "runs")}))
    done = watch(["-m", "cli", "run", str(written), "--log-format", "json"], "decide")
    restricted = Path(done.stdout.splitlines()[-1]) / "restricted"
    pairs = run_pairs(restricted)
    links = pl.read_parquet(restricted / "links.parquet")
    found = links.select(left="record_id_l", right="record_id_r")
    for side, source in zip(("left", "right"), _SOURCES, strict=True):
        known = ids[source].rename({"rid": side})
        found = found.join(known, on=side).drop(side).rename({"local": side})
    truth = pl.read_parquet(folder / "data" / "truth.parquet")
    true = truth.select(left="record_id_l", right="record_id_r")
    records = [asdict(taken) | {"pairs": pairs.get(taken.stage)} for taken in done.stages]
    verdicts = json.loads((restricted / "gates.json").read_text())["verdicts"]
    gates = {each["gate"]: each["value"] for each in verdicts if each["gate"] in _JUDGED}
    return [*records, {"stage": GATES, **gates}], agreement(found, true)


def page(records: Sequence[Mapping[str, Any]]) -> str:
    """Return the page of what was measured."""
    *stages, gates, encoding = records
    rows = [_row(each) for each in stages if each["stage"] not in (START, LINKS)]
    (peak,) = [each["peak_mb"] for each in stages if each["stage"] == WHOLE]
    return _PAGE.format(
        n=encoding["n_per_side"],
        memory=MEMORY,
        profile=encoding["profile"],
        fields=", ".join(_FIELDS),
        links=encoding["links"],
        precision=encoding["precision"],
        recall=encoding["recall"],
        peak=peak,
        encoding=encoding["cpu_s"],
        rhat=gates["rhat"],
        effective=gates["effective_draws"],
        limits=Gates(),
        rows="\n".join(rows),
    )


def _row(record: Mapping[str, Any]) -> str:
    pairs = f"{record['pairs']:,}" if record["pairs"] is not None else ""
    return f"| {record['stage']} | {record['cpu_s']:,.0f} | {record['peak_mb']:,.0f} | {pairs} |"


if __name__ == "__main__":
    main()

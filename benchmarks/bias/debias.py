"""What de-biasing buys and costs, on three groups whose records are of different quality.

Worlds of the coverage benchmark (5, 12 and 25 % bad records), written as files and linked by the
command line as it links anything; then each run is decided anew with m by group, with a threshold
for each group, with both, and, without treating groups differently, with a lower threshold.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.coverage.cache import Cache, Made, key_of
from benchmarks.coverage.worlds import VARIANTS, File, Index, World, files
from quality import measures
from quality.what_if.comparing import Column, what_if
from quality.what_if.scenario import read_scenario

NAME = "debias"
SEEDS = 12
PEOPLE = 20_000
TRIED = (
    "m_by=group",
    "equal_recall=group",
    "m_by=group equal_recall=group",
    "threshold=0.2",
)
AS_IT_IS = "as it is"
GROUPS = ("good", "middling", "poor")

_CODE = (
    "benchmarks/bias/debias.py",
    "benchmarks/coverage/worlds.py",
    "quality/bias/m_by_group.py",
    "quality/what_if/decided.py",
    "quality/what_if/reweighted.py",
)
_RATES = (measures.PRECISION, measures.RECALL)

_COLUMNS = (
    "first",
    "first_name_code",
    "last",
    "last_code",
    "year",
    "day",
    "postal",
    "sector",
    "gender",
)
_CONFIG = """
name: debias
sources:
  focal: {path: focal.parquet, id: id, one_record_per_person: true, columns: {COLUMNS} }
  opposite: {path: opposite.parquet, id: id, one_record_per_person: true, columns: {COLUMNS} }
linkage:
  blocking: [[last, year], [postal, gender], [first, day]]
  comparisons:
    - {name: first, kind: custom, sql: [first_l = first_r, first_name_code_l = first_name_code_r]}
    - {name: last, kind: custom, sql: [last_l = last_r, last_code_l = last_code_r]}
    - {name: birth, kind: custom,
       sql: [year_l = year_r AND day_l = day_r, year_l = year_r OR day_l = day_r]}
    - {name: postal, kind: custom, sql: [postal_l = postal_r, sector_l = sector_r]}
    - {column: gender, kind: exact}
groups: {group: {source: focal, column: group, reference: good}}
quality: {draws: 0, truth: truth.parquet, gates: {rhat: 100, effective_draws: 1}}
engine: {memory: 2GB, threads: 1}
""".replace("COLUMNS", ", ".join(f"{name}: {name}" for name in _COLUMNS))


def records(cache: Cache, seeds: int = SEEDS) -> list[dict[str, Any]]:
    """Return a record for each scenario and group: mean rates over the seeds, with their errors."""
    key = key_of((PEOPLE, TRIED, _CONFIG), _CODE)
    made = cache.populations("debias", key, range(seeds), one)
    return [
        _record(made, scenario, group)
        for scenario in (AS_IT_IS, *TRIED)
        for group in ("all", *GROUPS)
    ]


def _record(made: Sequence[Made], scenario: str, group: str) -> dict[str, Any]:
    record: dict[str, Any] = {"scenario": scenario, "group": group, "populations": len(made)}
    for measure in (*_RATES, measures.RECALL_GAP, measures.PRECISION_GAP):
        values = [each[scenario].get(f"{measure} {group}") for each in made]
        known = np.array([value for value in values if value is not None])
        if len(known):
            record[measure] = float(known.mean())
            record[f"{measure}_error"] = float(known.std(ddof=1) / np.sqrt(len(known)))
    return record


def one(seed: int) -> Made:
    """Return the true rates of one world, linked and decided anew."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _write(replace(World("debias"), people=PEOPLE), seed, folder)
        arguments = [sys.executable, "-m", "cli", "run", str(folder / "config.yaml"), "--json"]
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr[-2000:])
        run = Path(json.loads(done.stdout)["run"])
        columns = what_if(run, [read_scenario(text) for text in TRIED], ["group"])
        return {"seed": seed} | {each.made.scenario.name: _rates(each) for each in columns}


def _rates(column: Column) -> dict[str, float | None]:
    return {
        f"{rate.measure} {rate.group or 'all'}": rate.estimate
        for rate in column.rates
        if rate.method == measures.TRUTH
    }


def _write(world: World, seed: int, folder: Path) -> None:
    """Write the two files of a world, who is who, and the configuration."""
    made = files(world, seed)
    truth = []
    for name, file in (("focal", made.focal), ("opposite", made.opposite)):
        ids = [f"{name[0]}{at}" for at in range(file.n)]
        pq.write_table(_table(file, ids), folder / f"{name}.parquet")
        truth.append(
            pa.table(
                {"source": [name] * file.n, "record_id": ids, "person": file.person.astype(str)}
            )
        )
    pq.write_table(pa.concat_tables(truth), folder / "truth.parquet")
    (folder / "config.yaml").write_text(_CONFIG, encoding="utf-8")


def _table(file: File, ids: list[str]) -> pa.Table:
    values = (
        file.first_name,
        file.first_name // VARIANTS,
        file.surname,
        file.surname // VARIANTS,
        file.year,
        file.day,
        file.postcode,
        file.postcode // 10,
        file.sex,
    )
    columns = {name: _text(each) for name, each in zip(_COLUMNS, values, strict=True)}
    return pa.table({"id": ids, "group": np.array(GROUPS)[file.group]} | columns)


def _text(values: Index) -> pa.Array:
    """Return codes as text; what is below 0 is missing."""
    return pa.array([f"v{value}" for value in values.tolist()], mask=values < 0)


_HEAD = """# What de-biasing buys and costs

{populations} worlds of {people:,} people whose records are of different quality by group (5, 12 and
25 % bad), linked as they are and decided anew; mean rates against truth, in percent, with the
standard error over worlds. The model is trained once, for everyone. `equal_recall` sets a threshold
for each group at which the model expects the same recall; `m_by` lets m differ between groups. Made
by `make bench-bias`.

| scenario | group | precision | recall | gap in recall to good | gap in precision to good |
|---|---|---|---|---|---|"""


def page(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of the page."""
    yield _HEAD.format(populations=found[0]["populations"], people=PEOPLE)
    shown = (*_RATES, measures.RECALL_GAP, measures.PRECISION_GAP)
    for each in found:
        cells = " | ".join(_cell(each, measure) for measure in shown)
        yield f"| {each['scenario']} | {each['group']} | {cells} |"


def _cell(record: dict[str, Any], measure: str) -> str:
    if measure not in record:
        return ""
    return f"{100 * record[measure]:.2f} ± {100 * record[f'{measure}_error']:.2f}"

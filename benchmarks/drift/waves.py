"""Six monthly waves through ``link batch``, with drift planted in one group from wave four on.

The preset ``waves``: a census, and a register that arrives in six deliveries. From the fourth on,
the register's records of one ethnic group hold three times as many mistakes.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import pyarrow.parquet as pq
from ruamel.yaml import YAML

from benchmarks.batches.deliveries import deliver
from benchmarks.bias.populations import Unobserved
from linkage.batches.linking import link_batch
from linkage.config.schema import Config
from quality.drift.counting import Cell
from quality.drift.state import read_state
from quality.stages import WATCHING
from synthetic_data.generate import Order, generate
from synthetic_data.spec.loader import load

PLANTED: Cell = ("ethnicity", "White: Other White")
FROM, WAVES = 4, 6


def waves(people: int, drift: bool, seed: int) -> dict[str, Any]:
    """Link the six waves of a population; return what each found, as plain values."""
    with tempfile.TemporaryDirectory(prefix="drift-") as temporary:
        folder = Path(temporary)
        runs = enumerate(linked(folder, people, seed, drift), 1)
        found = [_found(number, run, cpu_s) for number, (run, cpu_s) in runs]
    return {"seed": seed, "people": people, "drift": drift, "waves": found}


def linked(
    folder: Path, people: int, seed: int, drift: bool, keep: Sequence[str] = ()
) -> Iterator[tuple[Path, float]]:
    """Make a population in ``folder`` and link its waves; yield the run of each, and its CPU time.

    ``keep`` are tables that the runs keep beside what they say of drift.
    """
    made = folder / "made"
    _generate(made, people, seed, drift)
    config = _config(folder, made)
    deliveries = folder / "deliveries"
    deliver(deliveries, "census", 1, pq.read_table(made / "census.parquet"))
    for number in range(1, WAVES + 1):
        table = pq.read_table(made / "deliveries" / f"register_{number}.parquet")
        deliver(deliveries, "register", number, table)
        began = process_time()
        run = link_batch(config, "", (), ("drift", "held", *keep), Unobserved(), watching=WATCHING)
        if run is None:
            raise SystemExit("a delivery was not taken")
        yield run, process_time() - began


def _found(number: int, run: Path, cpu_s: float) -> dict[str, Any]:
    alarms = read_state(run).alarms
    new = [each for each in alarms if each.since == run.name]
    return {
        "wave": number,
        "new": [list(each.cell) for each in new],
        "open": [list(each.cell) for each in alarms if each not in new],
        "causes": [cause.words for each in new for cause in each.causes],
        "cpu_s": round(cpu_s, 2),
    }


def _generate(folder: Path, people: int, seed: int, drift: bool) -> None:
    loaded = load("waves")
    spec = loaded.spec
    register = spec.sources["register"]
    if not drift and register.deliveries is not None:
        still = register.deliveries.model_copy(update={"drift": {}})
        sources = {**spec.sources, "register": register.model_copy(update={"deliveries": still})}
        spec = spec.model_copy(update={"sources": sources})
    generate(Order(spec, loaded.document.text, people, seed), folder, processes=1)


def _config(folder: Path, made: Path) -> Config:
    said = YAML(typ="safe").load((made / "config.yaml").read_text("utf-8"))
    for name, source in said["sources"].items():
        source["path"] = made / f"{name}.parquet"
    said |= {
        "quality": {"draws": 0},
        "engine": {"memory": "2GB", "threads": 1},
        "batch": {"deliveries": folder / "deliveries", "report": False},
        "output": folder / "runs",
    }
    return Config.model_validate(said)

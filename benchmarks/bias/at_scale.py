"""What the tables of bias and missingness cost: ``python -m benchmarks.bias.at_scale``.

Two sources of a million records each, six characteristics, three intersections, one variable of the
other source, and known truth, so that everything that needs a measurement is made too. The stages
that count, estimate and control are timed by themselves, in a process of their own. Writes
benchmarks/results/bias_at_scale.json and bias_at_scale.md.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.speed import population
from benchmarks.speed.watched import Taken, watch

RESULTS = Path(__file__).parents[1] / "results"
_FILES = Path(__file__).parents[1] / "speed" / "files.yaml"
STAGES = ("estimate", "control")
CHARACTERISTICS: Mapping[str, int] = {
    "ethnicity": 19,
    "marital_status": 5,
    "age": 9,
    "deprivation": 10,
    "region": 10,
    "disability": 4,
}
"""Six characteristics, with how many groups each has."""
INTERSECTIONS = (("ethnicity", "age"), ("age", "marital_status"), ("ethnicity", "deprivation"))
_BLOCKING = [
    ["postcode", "surname_initial"],
    ["date_of_birth_text", "surname"],
    ["first_name", "surname", "birth_year"],
]
_PAGE = """# What the tables of bias and missingness cost

{people:,} records a side, {n} characteristics ({groups} groups), {crossed} intersections, a
variable of the other source, truth known. Medians of {turns} turns; written by
`python -m benchmarks.bias.at_scale`.
The bar is 60 seconds and 2 GB for all tables of bias and missingness; `estimate` also makes the
error rates of every method, by truth and by models, which are none of them.

| stage | wall s | CPU s | peak MB |
|---|---|---|---|
{rows}
"""


def main() -> None:
    """Make the sources, link them, and write what the stages took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=3)
    said = parser.parse_args()
    with TemporaryDirectory(prefix="bias-") as temporary:
        folder = Path(temporary)
        write(folder, said.people)
        turns = [_turn(folder, turn) for turn in range(said.turns)]
    medians = [_median(stage, [each[stage] for each in turns]) for stage in STAGES]
    said.results.mkdir(exist_ok=True)
    text = json.dumps([{"people": said.people, **each} for each in medians], indent=1) + "\n"
    (said.results / "bias_at_scale.json").write_text(text, encoding="utf-8")
    (said.results / "bias_at_scale.md").write_text(
        _page(medians, said.people, said.turns), encoding="utf-8"
    )


def write(folder: Path, n: int) -> None:
    """Write the sources of the speed benchmark with characteristics and a variable added."""
    population.write(folder, n)
    random = np.random.default_rng(2)
    census, register = (folder / f"{name}.parquet" for name in ("census", "register"))
    table = pq.read_table(census)
    for name, groups in CHARACTERISTICS.items():
        shares = 1 / (np.arange(groups) + 1.0)
        chosen = random.choice(groups, n, p=shares / shares.sum())
        values = np.array([f"{name} {group:02d}" for group in range(groups)])[chosen]
        table = table.append_column(name, pa.array(values, mask=random.random(n) < 0.03))
    pq.write_table(table, census)
    income = random.lognormal(10, 0.6, n).round().astype(str)
    other = pq.read_table(register)
    pq.write_table(
        other.append_column("income", pa.array(income, mask=random.random(n) < 0.1)), register
    )
    _configure(folder)


def _configure(folder: Path) -> None:
    said = _FILES.read_text(encoding="utf-8").replace("DATA", str(folder.resolve()))
    said = said[: said.index("# splink draws")]
    sections = {
        "linkage": {"type": "link", "blocking": _BLOCKING},
        "groups": {name: {"source": "census", "column": name} for name in CHARACTERISTICS},
        "intersections": [list(names) for names in INTERSECTIONS],
        "missingness": {"variables": [{"source": "register", "column": "income"}]},
        "quality": {"draws": 0, "truth": str(folder / "truth.parquet")},
    }
    said += "".join(f"{name}: {json.dumps(section)}\n" for name, section in sections.items())
    (folder / "config.yaml").write_text(said, encoding="utf-8")


def _turn(folder: Path, turn: int) -> dict[str, Taken]:
    """Link once and return what each stage took."""
    config = folder / f"config_{turn}.yaml"
    said = (folder / "config.yaml").read_text(encoding="utf-8")
    config.write_text(f"{said}output: {folder / f'runs_{turn}'}\n", encoding="utf-8")
    watched = watch(["-m", "cli", "run", str(config), "--log-format", "json"], "decide")
    return {taken.stage: taken for taken in watched.stages}


def _median(stage: str, turns: list[Taken]) -> dict[str, object]:
    figures = {
        name: [getattr(each, name) for each in turns] for name in ("wall_s", "cpu_s", "peak_mb")
    }
    return {"stage": stage, **{name: float(np.median(each)) for name, each in figures.items()}}


def _page(medians: list[dict[str, object]], people: int, turns: int) -> str:
    rows = "\n".join(
        f"| {each['stage']} | {each['wall_s']:.1f} | {each['cpu_s']:.1f} | {each['peak_mb']:,.0f} |"
        for each in medians
    )
    return _PAGE.format(
        people=people,
        n=len(CHARACTERISTICS),
        groups=sum(CHARACTERISTICS.values()),
        crossed=len(INTERSECTIONS),
        turns=turns,
        rows=rows,
    )


if __name__ == "__main__":
    main()

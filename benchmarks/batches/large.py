"""What adding one record in a hundred costs against linking all: ``make bench-batches``.

A spine of ``--size`` records a side is made, 1 % are added by ``link batch``, and all are linked by
``link run``. Writes large.json and large.md to ``--results``.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ruamel.yaml import YAML

from benchmarks.batches.deliveries import deliver, parts
from benchmarks.speed.engines import AUTOMATIC
from benchmarks.speed.watched import Taken, Watched, watch

RESULTS = Path(__file__).parents[1] / "results" / "batches"
_FILES = Path(__file__).parents[1] / "speed" / "files.yaml"
_COUNTED = ("block", "score", "decide")
_ADDED = 0.01


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="batches-") as temporary:
        folder = Path(temporary)
        base, added = parts(folder / "data", round(said.size * (1 + _ADDED)), (1, _ADDED))
        config = configured(folder)
        for name, table in base.items():
            deliver(folder / "deliveries", name, 1, table)
        watch(command("batch", config), "write")
        for name, table in added.items():
            deliver(folder / "deliveries", name, 2, table)
        batch = watch(command("batch", config), "write")
        run = Path(json.loads(batch.stdout)["run"])
        scored = json.loads((run / "restricted" / "scored.json").read_text(encoding="utf-8"))
        whole = watch(command("run", config), "decide")
    measured = {
        "records_a_side": said.size,
        "added_a_side": {name: table.num_rows for name, table in added.items()},
        "pairs_compared": scored["compared"],
        "batch": _stages(batch),
        "run": _stages(whole),
        "cpu_share": round(_cpu(batch) / _cpu(whole), 4),
        "wall_share": round(_wall(batch) / _wall(whole), 4),
    }
    said.results.mkdir(parents=True, exist_ok=True)
    (said.results / "large.json").write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    (said.results / "large.md").write_text(_page(measured, batch, whole), "utf-8")


def command(name: str, config: Path) -> list[str]:
    """Return how a command of ours is called on a configuration."""
    return ["-m", "cli", name, str(config), "--json", "--log-format", "json"]


def configured(folder: Path) -> Path:
    """Write the configuration of the benchmarks of batches, and return it."""
    text = _FILES.read_text(encoding="utf-8").replace("DATA", str(folder / "data"))
    said = YAML(typ="safe").load(text)
    said |= {
        "name": "added",
        "linkage": dict(AUTOMATIC),
        "quality": {"draws": 0},
        "engine": {"memory": "8GB"},
        "batch": {"deliveries": str(folder / "deliveries"), "report": False},
        "output": str(folder / "runs"),
    }
    path = folder / "config.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(said, file)
    return path


def _stages(watched: Watched) -> list[dict[str, float | str]]:
    return [vars(each) for each in watched.stages]


def _cpu(watched: Watched) -> float:
    return sum(each.cpu_s for each in watched.stages if each.stage in _COUNTED)


def _wall(watched: Watched) -> float:
    return watched.stages[-1].wall_s


def _page(measured: dict[str, object], batch: Watched, whole: Watched) -> str:
    lines = [
        f"# 1 % more records on a spine of {measured['records_a_side']:,} a side",
        "",
        f"CPU of block, score and decide: {measured['cpu_share']:.1%} of that of a full run. "
        f"Wall of everything: {measured['wall_share']:.1%}. "
        f"Pairs compared: {measured['pairs_compared']:,}.",
        "",
        *_table("link batch", batch.stages),
        "",
        *_table("link run", whole.stages),
    ]
    return "\n".join(lines) + "\n"


def _table(title: str, stages: Sequence[Taken]) -> list[str]:
    rows = [f"| {s.stage} | {s.wall_s:.2f} | {s.cpu_s:.2f} | {s.peak_mb:,.0f} |" for s in stages]
    return [f"## {title}", "", "| stage | wall s | CPU s | peak MB |", "|---|---|---|---|", *rows]


if __name__ == "__main__":
    main()

"""Six monthly waves, each linked to the spine and set against a full re-link by the same model.

Writes waves.json and waves.md to ``--results``: links in both over links in either, of all records
and of each wave's own, and records whose entity changed without an event.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.batches.deliveries import SOURCES, deliver, parts
from benchmarks.batches.large import RESULTS, command, configured

WAVES = 6
_SHARE = 0.03


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=200_000)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="waves-") as temporary:
        folder = Path(temporary)
        config = configured(folder)
        shares = (1 - WAVES * _SHARE, *[_SHARE] * WAVES)
        before: dict[tuple[str, str], str] = {}
        for number, wave in enumerate(parts(folder / "data", said.size, shares), 1):
            for name in SOURCES:
                deliver(folder / "deliveries", name, number, wave[name])
            run = _called(command("batch", config))
            home = run.parent
            shutil.copytree(home, folder / "kept", symlinks=True)
            again = _called([*command("batch", config), "--rebuild"])
            own = pa.concat_arrays(
                [c for name in SOURCES for c in wave[name]["record_id"].chunks]
            ).to_pylist()
            rows.append(_compared(number, _links(run), _links(again), set(own)))
            entities = _entities(run)
            rows[-1]["changed_without_event"] = _untold(run, before, entities, number)
            before = entities
            shutil.rmtree(home)
            (folder / "kept").rename(home)
    said.results.mkdir(parents=True, exist_ok=True)
    (said.results / "waves.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    head = list(rows[0])
    lines = [f"# Six waves of {said.size:,} records a side", "", f"| {' | '.join(head)} |"]
    lines += ["|" + "---|" * len(head)]
    lines += [f"| {' | '.join(str(row[name]) for name in head)} |" for row in rows]
    (said.results / "waves.md").write_text("\n".join(lines) + "\n", "utf-8")


def _called(arguments: list[str]) -> Path:
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)
    return Path(json.loads(done.stdout)["run"])


def _links(run: Path) -> set[tuple[str, str]]:
    table = pq.read_table(run / "restricted" / "links.parquet")
    columns = (table[f"record_id_{side}"].to_pylist() for side in "lr")
    return set(zip(*columns, strict=True))


def _entities(run: Path) -> dict[tuple[str, str], str]:
    table = pq.read_table(run / "restricted" / "entities.parquet")
    source, record, entity = (table[name].to_pylist() for name in table.column_names)
    return dict(zip(zip(source, record, strict=True), entity, strict=True))


def _compared(
    number: int, mine: set[tuple[str, str]], full: set[tuple[str, str]], own: set[str]
) -> dict[str, object]:
    of_wave = [{pair for pair in links if own & set(pair)} for links in (mine, full)]
    return {
        "wave": number - 1,
        "links": len(mine),
        "both_over_either": round(len(mine & full) / max(len(mine | full), 1), 6),
        "of_its_own": round(len(of_wave[0] & of_wave[1]) / max(len(of_wave[0] | of_wave[1]), 1), 6),
        "differing": len(mine ^ full),
    }


def _untold(
    run: Path,
    before: dict[tuple[str, str], str],
    now: dict[tuple[str, str], str],
    number: int,
) -> int:
    """Count the records whose entity changed though no event of the batch says so."""
    events = pq.read_table(run / "restricted" / "entity_events.parquet").to_pylist()
    told = set()
    for each in events:
        if each["batch"] == number:
            told |= {(each["entity"], each["other"]), (each["other"], each["entity"])}
    changed = ((before[key], entity) for key, entity in now.items() if key in before)
    return sum(old != new and (old, new) not in told for old, new in changed)


if __name__ == "__main__":
    main()

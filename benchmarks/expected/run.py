"""Expected matches beside the truth, on every public set: ``make bench-expected``.

Links each set by its defaults and adds up three kinds of probability over its candidates: those of
single pairs (raw), those that compete for records (normalised, by each variant of the model), and
those of best candidates calibrated on a simulated review of 1,000 records. Beside them stands the
number of true pairs among the candidates. Writes benchmarks/results/expected.json and expected.md.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.accuracy.measured import measure
from benchmarks.accuracy.sets import HERE, PublicSet, data_folder, public_sets, read_yaml
from benchmarks.expected.calibrated import calibrated
from benchmarks.expected.sums import MODELS, Sums, groups_of
from benchmarks.expected.table import table

RESULTS = HERE.parent / "results"
LEAST_PAIRS = 300
"""A group with fewer true pairs is left out: chance alone would move its sum by percents."""

Record = dict[str, object]


def main() -> None:
    """Run the sets that the command line names, all of them when it names none."""
    sets = public_sets()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", choices=list(sets), default=list(sets))
    asked = parser.parse_args().sets
    path = RESULTS / "expected.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    for name in asked:
        with tempfile.TemporaryDirectory() as temporary:
            found = list(_records(sets[name], Path(temporary)))
        kept = [record for record in kept if record["set"] != name] + found
        kept.sort(key=lambda record: list(sets).index(str(record["set"])))
        path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        (RESULTS / "expected.md").write_text(table(kept), encoding="utf-8")
        print(table(found), flush=True)


def _records(the_set: PublicSet, folder: Path) -> Iterator[Record]:
    run = _run(the_set, folder)
    with duckdb.connect() as connection:
        for sums in groups_of(run, connection):
            if sums.characteristic is not None and sums.true < LEAST_PAIRS:
                continue
            yield _record(the_set, sums, calibrated(run, connection, sums))


def _run(the_set: PublicSet, folder: Path) -> Path:
    """Link the set and return the run's folder."""
    (folder / "DATA").symlink_to(data_folder())
    the_set.write_truth(folder / "truth.parquet")
    text = (HERE / f"{the_set.name}.yaml").read_text(encoding="utf-8")
    groups = read_yaml(Path(__file__).parent / "groups.yaml").get(the_set.name, {})
    said = {"groups": groups, "quality": {"truth": "truth.parquet"}}
    # JSON is YAML: what is added needs no writer of its own
    text += "".join(f"\n{key}: {json.dumps(value, default=str)}" for key, value in said.items())
    config = folder / f"{the_set.name}.yaml"
    config.write_text(text + "\n", encoding="utf-8")
    done = measure(["-m", "cli", "run", str(config), "--json"], folder)
    return Path(json.loads(done.stdout)["run"])


def _record(the_set: PublicSet, sums: Sums, calibrated_sum: float | None) -> Record:
    return {
        "set": the_set.name,
        "one_to_one": sums.one_to_one,
        "characteristic": sums.characteristic,
        "group": sums.group,
        "true": sums.true,
        "raw": sums.raw,
        **{method: sums.modelled.get(method) for method in MODELS},
        "calibrated": calibrated_sum,
    }


if __name__ == "__main__":
    main()

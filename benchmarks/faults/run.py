"""Commands killed at random moments, and on mutated files: ``make bench-faults``.

Writes faults.json and faults.md to benchmarks/results, or to the folder that ``--results`` names;
what is wrong also to standard error, at once.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.faults.fuzzing import configurations, inputs
from benchmarks.faults.kills import kills
from benchmarks.faults.table import page

RESULTS = Path(__file__).parents[1] / "results"
KILLS, CONFIGURATIONS, INPUTS = 200, 2_000, 500


def main() -> None:
    """Do everything that is asked, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--configurations", type=int, default=CONFIGURATIONS)
    parser.add_argument("--inputs", type=int, default=INPUTS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, default=RESULTS)
    said = parser.parse_args()
    records: list[dict[str, object]] = []
    for doing, n in (
        (kills, said.kills),
        (configurations, said.configurations),
        (inputs, said.inputs),
    ):
        with tempfile.TemporaryDirectory(prefix="faults-") as folder:
            for each in doing(Path(folder), n, said.seed):
                records.append(each.as_record())
                if each.wrong:  # it takes long: who waits need not wait for this
                    sys.stderr.write(f"{json.dumps(records[-1])}\n")
    text = json.dumps(records, indent=0)
    (said.results / "faults.json").write_text(f"{text}\n", encoding="utf-8")
    (said.results / "faults.md").write_text(page(records), encoding="utf-8")


if __name__ == "__main__":
    main()

"""anonlink in an environment of its own, as it is installed from PyPI: its Dice is in C++."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.privacy.own_environment import Package
from linkage.privacy.clk import Clks

VERSION = "0.15.3"

_PROGRAM = """
import json, sys, time
import anonlink, numpy as np
from bitarray import bitarray

def read(path):
    rows = np.load(path)
    found = []
    for row in rows:
        bits = bitarray(endian="big")
        bits.frombytes(row.tobytes())
        found.append(bits)
    return found

asked = json.load(open(sys.argv[1]))
datasets = [read(path) for path in asked["clks"]]
blocks = asked["blocks"]
blocking = blocks and anonlink.blocking.bit_blocking(blocks["tables"], blocks["bits"], seed=1)
compared = 0

def dice(pair, threshold, k=None):
    global compared
    compared += len(pair[0]) * len(pair[1])
    return anonlink.similarities.dice_coefficient_accelerated(pair, threshold, k=k)

cpu = time.process_time()
similarity, dataset_i, record_i = anonlink.candidate_generation.find_candidate_pairs(
    datasets, dice, asked["thresholds"][0], blocking_f=blocking or None)
found = {"cpu_s": time.process_time() - cpu, "compared": compared, "solved": []}
for threshold in asked["thresholds"]:
    began = time.process_time()
    n = sum(1 for s in similarity if s >= threshold)
    kept = similarity[:n], tuple(i[:n] for i in dataset_i), tuple(i[:n] for i in record_i)
    groups = anonlink.solving.greedy_solve(kept)
    links = list(anonlink.solving.pairs_from_groups(groups))
    found["solved"].append(
        {"threshold": threshold, "cpu_s": time.process_time() - began, "links": links})
(peak,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
found["peak_mb"] = int(peak.split()[1]) / 1024
json.dump(found, open(sys.argv[2], "w"))
"""

_PACKAGE = Package("anonlink", VERSION, _PROGRAM)
FOLDER = _PACKAGE.folder


def anonlink(
    folder: Path, clks: tuple[Clks, Clks], asked: Mapping[str, object]
) -> dict[str, object]:
    """Return what anonlink finds of two sources, one-to-one and greedily, at each threshold.

    ``folder`` is that of the environment, which is made when it is not there. ``asked`` holds the
    ``thresholds``, the lowest first, and the ``blocks``: None for all pairs, or how many ``tables``
    of how many ``bits``.

    Raises
    ------
    subprocess.CalledProcessError
        When anonlink cannot be installed or run.
    """
    with tempfile.TemporaryDirectory() as place:
        paths = [str(Path(place) / f"{side}.npy") for side in "lr"]
        for path, rows in zip(paths, clks, strict=True):
            np.save(path, rows)
        return _PACKAGE.ask(folder, {"clks": paths, **asked})

"""What a run found, whoever ran it and when; and whether a folder of runs is whole.

Two runs found the same when their canonical contents are equal: rows sorted, the run's own name
and times blanked, logs left out.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from linkage.runs.audit import verify
from linkage.runs.fingerprints import file_hash
from linkage.runs.folder import BUILDING

_ABOUT_THE_RUN = {"manifest.json", "config.yaml", "config.resolved.yaml"}
_NAMES = (
    (re.compile(rb"\d{8}T\d{6}Z-[0-9a-f]{8}(-\d+)?"), b"RUN"),
    (re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+00:00|Z)?"), b"TIME"),
)
_HASH = re.compile(rb"\b[0-9a-f]{64}\b")
_HASHES_FILES = {
    "release-manifest.json",
    "metadata.jsonld",
    "ro-crate-metadata.json",
    "report.html",
    "report.json",
}
"""Files that hold hashes of others, which name the run and its time, or of all settings."""


def content(run: Path) -> dict[str, str]:
    """Return a hash of the canonical content of each file of the run in ``run``."""
    return {
        path.relative_to(run).as_posix(): hashlib.sha256(_canonical(path)).hexdigest()
        for path in sorted(run.rglob("*"))
        if path.is_file() and path.suffix != ".jsonl" and path.name not in _ABOUT_THE_RUN
    }


def _canonical(path: Path) -> bytes:
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
        return "\n".join(sorted(json.dumps(row, default=str) for row in rows)).encode()
    data = path.read_bytes()
    if "for_release" in path.parts or path.name == "spine.json":
        for pattern, name in _NAMES:
            data = pattern.sub(name, data)
    return _HASH.sub(b"HASH", data) if path.name in _HASHES_FILES else data


def left_over(home: Path) -> list[Path]:
    """Return what must not remain in the home of a run that ended: anything half made."""
    named = {BUILDING, ".scratch", ".stages", ".state.json", ".parts", ".incoming"}
    return [p for p in home.rglob("*") if p.suffix in {".part", ".tmp"} or p.name in named]


def broken(home: Path) -> Iterator[str]:
    """Yield what is wrong with the runs in ``home``: the newest whole one, and every audit log.

    A deletion writes into the audit logs of earlier runs, and some commands into one beside them.
    """
    if (home / "latest").is_symlink():
        yield from _not_whole((home / "latest").resolve())
    for log in sorted(home.rglob("audit.jsonl")):
        if not verify(log, _read_manifest(log.parents[1]).get("audit_head")).holds:
            yield f"the audit chain of {log.relative_to(home)} is broken"


def _not_whole(run: Path) -> Iterator[str]:
    said = _read_manifest(run)
    if run.name == BUILDING or "finished" not in said:
        yield "latest points at a partial run"
        return
    outputs = {f: about for each in said["stages"] for f, about in each["outputs"].items()}
    for file, about in outputs.items():
        path = run / file
        if about["kept"] and not (path.is_file() and file_hash(path) == about["sha256"]):
            yield f"latest does not hold the {file} that its manifest tells of"
    if not (run / "restricted" / "audit.jsonl").is_file():
        yield "latest has no audit log"


def _read_manifest(run: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((run / "manifest.json").read_bytes()))
    except FileNotFoundError:
        return {}

"""Whether a finished run still holds: its files, its audit log, its signature and its inputs.

Every file is compared with the hash in the manifest. Where a Parquet file differs, the checksums of
its pages tell in which row group and column.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.config.schema import Config, Governance
from linkage.errors import Fault, StorageError
from linkage.operation.signing import SIGNATURE, signer
from linkage.runs import audit
from linkage.runs.fingerprints import file_hash
from linkage.runs.finished import MANIFEST, manifest_of, settings_of
from linkage.runs.holding import is_accepted
from linkage.runs.sharing import REGISTER, entry_name
from linkage.runs.storage import storage

_RELEASE = "for_release/release-manifest.json"
_AGAIN = "put it back from a copy, or run again"
_CLEARED = "records_removed"
"""The event after which the tables of records are gone, and should be."""


@dataclass(frozen=True)
class Verified:
    """What was compared, and everything that is not as it was.

    Parameters
    ----------
    files, events
        How many files, and lines of the audit log, are what was written.
    inputs
        How many inputs are what was read; ``gone`` of them are not here any more.
    signed
        By whom the manifest is signed; None where no signature was asked for.
    """

    run: Path
    files: int
    events: int
    inputs: int
    gone: int
    signed: str | None
    faults: tuple[Fault, ...]


def verify_run(run: Path, signers: Path | None = None) -> Verified:
    """Compare the finished ``run`` with what its manifest says.

    Parameters
    ----------
    signers
        Whose signatures count; as the settings of the run have it where None.
    """
    try:
        manifest = manifest_of(run)
        written, at = _written(manifest), str(manifest["finished"])
    except StorageError as error:  # without it nothing can be compared
        return Verified(run, 0, 0, 0, 0, None, error.faults)
    except (KeyError, TypeError, AttributeError):
        message = "the manifest does not say what that of a finished run does"
        fault = Fault("R610", message, _AGAIN, file=run / MANIFEST)
        return Verified(run, 0, 0, 0, 0, None, (fault,))
    try:
        config = settings_of(run)
    except StorageError:  # it is among the files that are compared
        config = None
    faults: list[Fault] = []
    log = run / "restricted" / "audit.jsonl"
    events, cleared = _events(log)
    faults += _log(log, manifest.get("audit_head"))
    faults += _files(run, written, cleared)
    by, unsigned = _signed(run, at, None if config is None else config.governance, signers)
    inputs = {} if config is None else _inputs(run, manifest, config)
    here = {path: sha256 for path, sha256 in inputs.items() if path.is_file()}
    changed = [*_changed(here)]
    return Verified(
        run=run,
        files=len(written),
        events=events,
        inputs=len(here) - len(changed),
        gone=len(inputs) - len(here),
        signed=by,
        faults=(*faults, *unsigned, *changed),
    )


def verify_log(home: Path) -> Iterator[Fault]:
    """Yield what is wrong with the audit log beside the runs, where there is one."""
    path = home / "audit.jsonl"
    if path.exists():
        yield from _log(path, None)


def _written(manifest: dict[str, Any]) -> dict[str, str]:
    """Return every file that the run kept, with the hash that it had."""
    kept = {
        name: said["sha256"]
        for stage in manifest["stages"]
        for name, said in stage["outputs"].items()
        if said["kept"]
    }
    return {**kept, **manifest.get("files", {})}


def _files(run: Path, written: dict[str, str], cleared: bool) -> Iterator[Fault]:
    for name, sha256 in sorted(written.items()):
        path = run / name
        with storage(path, "reading a file of the run"):
            if path.is_symlink() or not path.is_file():
                if not (cleared and name.startswith("restricted/")):
                    yield Fault("R610", "the file is not there, or is none", _AGAIN, file=path)
            elif file_hash(path) != sha256 and not (
                _is_approved(run, name) or _is_let_go(run, name, sha256)
            ):
                message = f"the file is not what was written: {_place(path)}"
                yield Fault("R610", message, _AGAIN, file=path)


def _is_approved(run: Path, name: str) -> bool:
    """Say whether this is the manifest of a release, and says what the register says."""
    entry = run.parent.parent / REGISTER / entry_name(run.parent.name, run.name)
    approved = entry / Path(_RELEASE).name
    return (
        name == _RELEASE
        and approved.is_file()
        and approved.read_bytes() == (run / name).read_bytes()
    )


def _is_let_go(run: Path, name: str, sha256: str) -> bool:
    """Say whether this is the manifest of a release that waited, as it is since it was accepted."""
    if name != _RELEASE or not is_accepted(run):
        return False
    try:
        waited = {**json.loads((run / name).read_bytes()), "waits": True}
    except (ValueError, TypeError):
        return False
    text = f"{json.dumps(waited, indent=2, ensure_ascii=False)}\n"
    return hashlib.sha256(text.encode()).hexdigest() == sha256


def _place(path: Path) -> str:
    """Return where in a file its bytes are others than were written, as closely as it tells."""
    if path.suffix != ".parquet":
        return "its hash differs"
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for group in range(file.num_row_groups):
                for name in file.schema_arrow.names:
                    try:
                        file.read_row_group(group, [name], use_threads=False)
                    except (OSError, pa.ArrowException):
                        return f"row group {group + 1} of {file.num_row_groups}, column {name}"
    except (OSError, pa.ArrowException):
        return "its footer cannot be read"
    return "every page holds, so that it was written anew or differs between pages"


def _events(path: Path) -> tuple[int, bool]:
    """Return how many lines an audit log has, and whether one says that records were removed."""
    with storage(path, "reading the audit log"):
        lines = path.read_bytes().splitlines() if path.is_file() else []
    return len(lines), any(f'"event":"{_CLEARED}"'.encode() in line for line in lines)


def _log(path: Path, head: str | None) -> Iterator[Fault]:
    fix = "put it back from a copy; find out who changed it"
    if not path.is_file():
        yield Fault("R611", "there is no audit log", fix, file=path)
        return
    with storage(path, "reading the audit log"):
        verdict = audit.verify(path, head)
        lines = len(path.read_bytes().splitlines())
    if (line := verdict.broken_at) is None:
        return
    what = "a line is missing at the end" if line > lines else "this line is not what was written"
    yield Fault("R611", f"{what}: the chain of hashes breaks here", fix, file=path, line=line)


def _signed(
    run: Path, at: str, said: Governance | None, signers: Path | None
) -> tuple[str | None, list[Fault]]:
    """Return who signed the manifest, as a run finished ``at``, and what is wrong with that."""
    path = run / SIGNATURE
    said = said or Governance()
    signers = signers or said.allowed_signers
    fix = "find out who wrote the manifest: only the room's key signs a run"
    if not path.is_file():
        expected = signers is not None or said.signing_key is not None
        unsigned = Fault("R612", "the manifest is not signed", fix, file=path)
        return None, [unsigned] if expected else []
    if signers is None:
        return None, []
    with storage(path, "reading the manifest of the run"):
        data = (run / MANIFEST).read_bytes()
    by = signer(signers, path, data, at)
    if by is not None:
        return by, []
    message = "nobody of the allowed signers has signed this manifest"
    return None, [Fault("R612", message, fix, file=path)]


def _inputs(run: Path, manifest: dict[str, Any], config: Config) -> dict[Path, str]:
    """Return the files that the run read, with the hash that each had."""
    if "batch" not in manifest:
        said = manifest.get("inputs", {})
        return {
            source.path: said[name]["sha256"]
            for name, source in config.sources.items()
            if name in said
        }
    if config.batch is None:
        return {}
    found = {}
    for each in _taken(run / "restricted" / "spine" / "spine.json"):
        folder = config.batch.deliveries / each["source"] / each["delivery"]
        found[folder / MANIFEST] = each["manifest_sha256"]
        found |= {folder / name: sha256 for name, sha256 in each["files"].items()}
    return found


def _taken(spine: Path) -> list[dict[str, Any]]:
    """Return the deliveries that a spine holds; none where it is gone, or damaged: that is told."""
    with storage(spine, "reading what was delivered"):
        try:
            found: list[dict[str, Any]] = json.loads(spine.read_bytes())["taken"]
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return []
    return found


def _changed(inputs: dict[Path, str]) -> Iterator[Fault]:
    for path, sha256 in inputs.items():
        with storage(path, "reading an input"):
            if file_hash(path) != sha256:
                message = "the input is not what the run read"
                fix = "put back what was delivered, or run again with what is there now"
                yield Fault("R613", message, fix, file=path)

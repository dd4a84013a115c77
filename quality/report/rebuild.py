"""The report of a finished run, made again from its tables, in another profile or for other groups.

What was approved does not change: the release of a run whose approval stands is refused.
"""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from linkage.config.schema import Config
from linkage.errors import ApprovedError, ConfigError, Fault
from linkage.operation.signing import signed_manifest
from linkage.runs.fingerprints import file_hash
from linkage.runs.finished import settings_of
from linkage.runs.sharing import entry_name, share_release
from linkage.runs.storage import storage
from linkage.runs.workspace import Workspace
from linkage.tables import REVIEWS
from quality.errors.dependence_found import DEPENDENCE
from quality.gates import GATES, UNCERTAINTY
from quality.release.listed import MANIFEST
from quality.release.manifest import PENDING
from quality.release.register import register_of
from quality.report.inputs import TRAINING
from quality.report.profiles import ESTIMATES, Profile
from quality.report.write import PAGE, write_report
from quality.stages import report
from quality.uncertainty.calibrated import CALIBRATION

_STAGE, _RUN = "report", "manifest.json"
RELEASE = Path("for_release") / MANIFEST


def rebuild(run: Path, profile: Profile = "release", groups: Collection[str] | None = None) -> Path:
    """Make the report of the finished run in the folder ``run`` again and return where it is.

    The manifests of the run and of its release then hold the hashes of the new files. The internal
    profile writes to ``restricted/`` alone and changes neither.

    Parameters
    ----------
    groups
        The characteristics to show; all of the run where None.

    Raises
    ------
    ConfigError
        When ``run`` is not the folder of a finished run, lacks a table that the report is made
        from, or has no characteristic of that name.
    ApprovedError
        When the release of the run was approved, and the profile is ``release``.
    """
    root = run.resolve()
    if not (root / _RUN).is_file():
        raise ConfigError(
            Fault(
                "R420",
                "this is not the folder of a finished run",
                "give the folder that link run printed last",
                file=run,
            )
        )
    if profile == "release":
        _refuse_approved(root)
    config = settings_of(root)
    faults = [*_lacking(root, profile), *_unknown(config, groups or ())]
    if faults:
        raise ConfigError(faults)
    with Workspace(root, config.engine) as workspace:
        if profile == "internal":
            return root / write_report(workspace, config, profile, groups)
        report(workspace, config, groups)
        share_release(root, workspace.release, config.disclosure.release_group)
    _note_hashes(root, config.governance.signing_key)
    return root / PAGE


def _lacking(root: Path, profile: Profile) -> Iterator[Fault]:
    """Yield a fault for each file that the report is made from and the run does not hold."""
    tables = [f"{name}.parquet" for name in (*ESTIMATES[profile], REVIEWS.name)]
    files = [f"{name}.json" for name in (TRAINING, UNCERTAINTY, GATES, DEPENDENCE, CALIBRATION)]
    for name in (*tables, *files):
        path = root / "restricted" / name
        if not path.is_file():
            yield Fault(
                "R425",
                "the run does not hold this file, which its report is made from",
                "run the configuration again: stages that are done are not repeated",
                file=path,
            )


def _unknown(config: Config, groups: Collection[str]) -> Iterator[Fault]:
    known = ", ".join(config.groups) or "none: a new run is needed to have one"
    for name in groups:
        if name not in config.groups:
            yield Fault(
                "R424",
                f"the run has no characteristic called {name}",
                f"its characteristics are: {known}",
                path="--groups",
            )


def _refuse_approved(root: Path) -> None:
    path = root / RELEASE
    entry = register_of(root) / entry_name(root.parent.name, root.name)
    with storage(entry, "reading the register of releases"):
        approved = entry.exists()
    if approved or (path.is_file() and _read(path).get("state") != PENDING):
        raise ApprovedError(
            Fault(
                "R421",
                "the release of this run was approved, so its report must not change",
                "run again and have the new run approved",
                file=path,
            )
        )


def _note_hashes(root: Path, key: Path | None) -> None:
    """Write the hashes of the new files into the run's manifest, and sign it anew with the key."""
    manifest = _read(root / _RUN)
    for stage in manifest["stages"]:
        if stage["name"] == _STAGE:
            for file in stage["outputs"]:
                stage["outputs"][file]["sha256"] = file_hash(root / file)
    signed_manifest(root, key, f"{json.dumps(manifest, indent=2)}\n".encode())


def _read(path: Path) -> dict[str, Any]:
    with storage(path, "reading a manifest"):
        found: dict[str, Any] = json.loads(path.read_bytes())
    return found

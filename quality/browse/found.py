"""The runs and releases of an output folder, as far as who asks may read them."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linkage.errors import ConfigError, Fault
from linkage.runs.sharing import REGISTER, entry_name
from quality.compare.released import ESTIMATES_FILE, read_manifest
from quality.release.register import Released, earlier

_RELEASE = "for_release"


@dataclass(frozen=True)
class Found:
    """A run that was finished, or a release of one whose run cannot be read.

    Parameters
    ----------
    release
        The folder with its report and released estimates.
    restricted
        The folder with the tables about people; None where who asks may not read it.
    approved
        When its release was approved; None where it was not.
    """

    name: str
    run: str
    started: str
    release: Path
    restricted: Path | None
    approved: str | None

    @property
    def key(self) -> str:
        """What the run is called in an address."""
        return entry_name(self.name, self.run)


def runs_in(output: Path) -> tuple[Found, ...]:
    """Return every finished run under an output folder, the newest of each name first.

    Raises
    ------
    ConfigError
        R495 when there is no run that who asks may read.
    DataError
        R461 when a release in the register is damaged.
    """
    approved = {entry_name(each.config, each.run): each for each in earlier(output / REGISTER)}
    found = {each.key: each for each in _runs(output, approved)}
    gone = (_released(each) for key, each in approved.items() if key not in found)
    every = [*found.values(), *gone]
    if not every:
        raise ConfigError(
            Fault(
                "R495",
                "there is no finished run here that you may read",
                "give the output folder of a configuration, where its runs and releases lie",
                file=output,
            )
        )
    by_age = sorted(every, key=lambda each: each.run, reverse=True)
    return tuple(sorted(by_age, key=lambda each: each.name))


def _runs(output: Path, approved: Mapping[str, Released]) -> Iterator[Found]:
    for manifest in sorted(output.glob("*/*/manifest.json")):
        folder = manifest.parent
        if folder.is_symlink() or folder.name.startswith(".") or not _may_read(manifest):
            continue
        said = read_manifest(manifest)
        name, run = str(said.get("name", folder.parent.name)), folder.name
        if _may_read(folder / _RELEASE / ESTIMATES_FILE):
            restricted = folder / "restricted"
            release = approved.get(entry_name(name, run))
            yield Found(
                name=name,
                run=run,
                started=_started(said),
                release=folder / _RELEASE,
                restricted=restricted if os.access(restricted, os.R_OK | os.X_OK) else None,
                approved=None if release is None else release.approved,
            )


def _released(each: Released) -> Found:
    """Return what the register holds of a run that is gone, or that others may not read."""
    return Found(each.config, each.run, "", each.folder, None, each.approved)


def _started(manifest: Mapping[str, Any]) -> str:
    return str(manifest.get("started") or "")


def _may_read(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)

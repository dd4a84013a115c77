"""A run's folder: begun or taken up again in ``.building``, renamed to its run id when it is whole.

``<output>/<name>/<run id>/`` appears by one rename, so whoever looks sees a whole run or none;
``latest`` is then swapped to it.
"""

import json
import os
import shutil
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from linkage.runs.clock import naming_time
from linkage.runs.events import now
from linkage.runs.holding import is_held
from linkage.runs.ours import require_ours
from linkage.runs.outputs import files, remove
from linkage.runs.publish import private_folder, publish, sweep_dead, sweep_temporaries, sync_folder
from linkage.runs.scratch import sweep_scratch
from linkage.runs.storage import storage

BUILDING = ".building"
PLANNING = ".planning"
"""Where a plan does what it needs, and what a killed plan leaves."""

_STATE = ".state.json"
_POINTING = ".latest.*.part"


@dataclass(frozen=True)
class RunFolder:
    """A run under construction. ``identity`` is the hash of what the run is about."""

    home: Path
    run: str
    identity: str
    started: str
    resumed: bool = False

    @property
    def root(self) -> Path:
        """The folder under construction."""
        return self.home / BUILDING

    def keep_only(self, written: Collection[str]) -> None:
        """Remove every file that is not in ``written``; logs stay."""
        remove(self.root, [file for file in files(self.root) if file not in written])

    def complete(self) -> Path:
        """Sweep what only a run under construction needs, and give the folder its name.

        A run that waits for a person does not become the newest.
        """
        final = self.home / self.run
        with storage(self.home, "completing the run folder"):
            for own in list(self.root.glob(".*")):
                shutil.rmtree(own) if own.is_dir() else own.unlink()
            sweep_temporaries(self.root)
            sync_folder(self.root)
            pointing = None if is_held(self.root) else _point(self.home, self.run)
            self.root.rename(final)
            sync_folder(self.home)
            if pointing is not None:
                _make_latest(pointing)
        return final


def passing(written: Collection[str], keep: Iterable[str]) -> list[str]:
    """Return the files among ``written`` that only stages need: tables that ``keep`` does not name.

    ``records_*`` in ``keep`` names all tables of that kind.
    """
    kept = [f"restricted/{name}.parquet" for name in keep]
    tables = [file for file in written if fnmatchcase(file, "restricted/*.parquet")]
    return sorted(file for file in tables if not any(fnmatchcase(file, each) for each in kept))


def open_run(home: Path, identity: str, temp: Path | None = None) -> RunFolder:
    """Take up the unfinished run in ``home`` if it has this identity; else begin a new one.

    A new one begins in the same place: stages whose keys still hold are not done again. The lock
    of ``home`` must be held.

    Parameters
    ----------
    temp
        Where databases spill: ``engine.temp``.
    """
    with storage(home, "making the run folder"):
        building = (home / BUILDING, home / BUILDING / "restricted")
        for folder in building:
            private_folder(folder)
        require_ours(home, *building)
        _sweep(home, temp)
        earlier = _read_state(home)
        if earlier is not None and earlier.identity == identity:
            return earlier
        begun = RunFolder(home, _new_id(home, identity), identity, now())
        state = {k: v for k, v in asdict(begun).items() if k in {"run", "identity", "started"}}
        publish(home / BUILDING / _STATE, json.dumps(state).encode())
        return begun


def settle(home: Path) -> Path | None:
    """Finish what a killed run had begun to publish; return the run that is ``latest`` by that.

    What it left half written beside the runs goes, whether another run is to begin or not. The lock
    of ``home`` must be held. A run killed before it had its name goes on where it was.
    """
    published = None
    with storage(home, "making the newest run latest"):
        sweep_dead(home)
        for pointing in home.glob(_POINTING):
            if pointing.exists():
                published = pointing.resolve()
                _make_latest(pointing)
            else:
                pointing.unlink()
    return published


def _sweep(home: Path, temp: Path | None) -> None:
    """Remove what killed plans and runs left half made, also where they spilled."""
    sweep_scratch(home / PLANNING, temp)
    shutil.rmtree(home / PLANNING, ignore_errors=True)
    sweep_temporaries(home / BUILDING)


def _read_state(home: Path) -> RunFolder | None:
    try:
        state = json.loads((home / BUILDING / _STATE).read_bytes())
        return RunFolder(home=home, resumed=True, **state)
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _new_id(home: Path, identity: str) -> str:
    """Return the time in UTC and the start of the identity, as no run before it is called."""
    base = f"{naming_time(home, datetime.now(UTC))}-{identity[:8]}"
    number, run = 1, base
    while (home / run).exists():
        number += 1
        run = f"{base}-{number}"
    return run


def point_latest(home: Path, run: str) -> None:
    """Make ``run`` the newest of ``home``, by one rename."""
    _make_latest(_point(home, run))


def _point(home: Path, run: str) -> Path:
    """Write down that ``run``, once it is there, is to be ``latest``: by a link that awaits it."""
    pointing = home / _POINTING.replace("*", str(os.getpid()))
    pointing.unlink(missing_ok=True)
    pointing.symlink_to(run)
    return pointing


def _make_latest(pointing: Path) -> None:
    pointing.replace(pointing.with_name("latest"))
    sync_folder(pointing.parent)

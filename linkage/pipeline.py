"""Stages in general: what one is, what a list of them would do, and doing it, with resume.

Knows no stage in particular. A stage hands on what it wrote to its run folder and nothing else: the
database is emptied after each, so that a resumed run finds what an undisturbed one does. A table
may be held in memory for the next stage, just as its file gives it back.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Protocol

from linkage.config.schema import Config
from linkage.errors import Fault
from linkage.runs.database import is_interrupt
from linkage.runs.done import Done, every_done, mark_path, read_done, write_done
from linkage.runs.failures import stage_error
from linkage.runs.fingerprints import file_hash, stage_key
from linkage.runs.inputs import Input, check_unchanged
from linkage.runs.outputs import Marks, files, fits, is_named, remove
from linkage.runs.signals import StopRequest
from linkage.runs.workspace import Workspace
from linkage.tables import ContractError


@dataclass(frozen=True)
class Stage:
    """One stage of the method.

    Parameters
    ----------
    reads, writes
        Names of tables or JSON files in ``restricted/`` (``links``; ``records_*`` for one a
        source), or paths in the run folder (``model.json``, ``for_release/report.html``). A stage
        that reads none of these reads the sources.
    settings
        The part of the configuration that the stage depends on.
    function
        Does the work.
    """

    name: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    settings: Callable[[Config], object]
    function: Callable[[Workspace, Config], None]


class Observer(Protocol):
    """Is told how a run goes."""

    def planned(self, stages: Sequence[str]) -> None:
        """Hear the names of all stages, before the first."""

    def started(self, stage: str) -> None:
        """Hear that a stage has started."""

    def progressed(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """Hear how far it has come."""

    def finished(self, stage: str, seconds: float) -> None:
        """Hear that it is done."""

    def skipped(self, stage: str) -> None:
        """Hear that it need not be done again."""

    def failed(self, stage: str, error: BaseException) -> None:
        """Hear that it failed, or was stopped."""


@dataclass(frozen=True)
class Planned:
    """A stage of a plan: ``skipped`` when an earlier, unfinished run has already done it."""

    stage: Stage
    skipped: bool


def check_stages(stages: Sequence[Stage]) -> None:
    """Prove that every stage reads what one before it writes, and that none writes twice.

    Raises
    ------
    ContractError
        Naming every stage that does not.
    """
    faults, written = [], list[str]()
    for stage in stages:
        for name in stage.reads:
            if not any(_overlap(name, each) for each in written):
                faults.append(f"the stage {stage.name} reads {name}, which none before it writes")
        for name in stage.writes:
            if name in written:
                faults.append(f"the stage {stage.name} writes {name}, as one before it does")
        written += stage.writes
    if faults:
        raise ContractError([Fault("T004", fault) for fault in faults])


def plan(
    stages: Sequence[Stage], config: Config, root: Path, inputs: Mapping[str, Input]
) -> list[Planned]:
    """Say which stages a run in ``root`` would do and which it would skip; nothing is written."""
    check_stages(stages)
    hashes: dict[str, str] = {}
    undone: list[str] = []
    planned = []
    for stage in stages:
        waits = any(_overlap(name, each) for name in stage.reads for each in undone)
        done = None if waits else _still_done(stage, root, _key(stage, config, hashes, inputs))
        if done is None:
            undone += stage.writes
        else:
            hashes |= done.outputs
        planned.append(Planned(stage, skipped=done is not None))
    return planned


def run(
    stages: Sequence[Stage],
    config: Config,
    workspace: Workspace,
    inputs: Mapping[str, Input],
    observer: Observer,
) -> list[Done]:
    """Do the stages in order, skipping each whose key and outputs both hold.

    Returns
    -------
    list[Done]
        What each stage wrote, in order.
    """
    check_stages(stages)
    observer.planned([stage.name for stage in stages])
    hashes: dict[str, str] = {}
    finished = []
    for stage in stages:
        key = _key(stage, config, hashes, inputs)
        done = _still_done(stage, workspace.root, key)
        if done is None:
            done = _do(stage, key, config, workspace, inputs, observer)
        else:
            observer.skipped(stage.name)
        if twice := sorted(done.outputs.keys() & hashes.keys()):
            raise ContractError([Fault("T004", f"{f} is written by two stages") for f in twice])
        hashes |= done.outputs
        finished.append(done)
    return finished


def _do(
    stage: Stage,
    key: str,
    config: Config,
    workspace: Workspace,
    inputs: Mapping[str, Input],
    observer: Observer,
) -> Done:
    """Do one stage from nothing, prove that it wrote what it promised, and mark it done."""
    root = workspace.root
    observer.started(stage.name)
    workspace.listener = partial(observer.progressed, stage.name)
    start = monotonic()
    try:
        _clear(stage, root)
        before = files(root)
        stage.function(workspace, config)
        workspace.clear()
        if not stage.reads:
            check_unchanged(inputs)
        written = _written(stage, root, before, workspace.proved)
        done = Done(stage.name, key, written, monotonic() - start)
        write_done(root, done)
    except BaseException as error:
        cause = StopRequest() if is_interrupt(error) else error
        observer.failed(stage.name, cause)
        if isinstance(cause, Exception):
            raise stage_error(cause, stage.name, root, workspace.scratch) from None
        raise cause from None
    observer.finished(stage.name, done.seconds)
    return done


def _clear(stage: Stage, root: Path) -> None:
    """Remove what an earlier or a killed go at the stage left, its mark first.

    What no mark names was left by a killed stage. A link to a file of an earlier run that is made
    anew cannot be told from the one that was left, and would pass for nobody's.
    """
    mark_path(root, stage.name).unlink(missing_ok=True)
    marked = {file for done in every_done(root) for file in done.outputs}
    promised = [f for f in files(root) if any(is_named(f, name) for name in stage.writes)]
    remove(root, {*promised, *(files(root).keys() - marked)})


def _written(
    stage: Stage, root: Path, before: Mapping[str, Marks], proved: Mapping[Marks, str]
) -> dict[str, str]:
    """Return what the stage wrote, promised or not, with its sha256."""
    after = files(root)
    missing = [name for name in stage.writes if not any(is_named(file, name) for file in after)]
    if missing:
        raise ContractError(
            [Fault("T005", f"the stage {stage.name} did not write {name}") for name in missing]
        )
    changed = sorted(file for file, marks in after.items() if before.get(file) != marks)

    def hashed(file: str) -> str:
        return proved.get(after[file]) or file_hash(root / file)

    with ThreadPoolExecutor() as pool:
        return dict(zip(changed, pool.map(hashed, changed), strict=True))


def _key(
    stage: Stage, config: Config, hashes: Mapping[str, str], inputs: Mapping[str, Input]
) -> str:
    """Return the key of ``stage``; ``hashes`` holds the sha256 of what those before it wrote."""
    read = {name: each.sha256 for name, each in inputs.items()}
    if stage.reads:
        read = {f: h for f, h in hashes.items() if any(is_named(f, name) for name in stage.reads)}
    code = tuple(sorted({"linkage", _package(stage.function)}))
    return stage_key(stage.name, stage.settings(config), read, code)


def _package(function: Callable[..., object]) -> str:
    while isinstance(function, partial):
        function = function.func
    return function.__module__.partition(".")[0]


def _still_done(stage: Stage, root: Path, key: str) -> Done | None:
    done = read_done(root, stage.name)
    return done if done is not None and done.key == key and done.holds(root) else None


def _overlap(name: str, other: str) -> bool:
    return fits(name, other) or fits(other, name)

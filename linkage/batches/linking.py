"""One batch from end to end: what is new, taken under the lock, and the finished folder."""

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from linkage.batches.deletion import clear, earlier_runs, read_ids, rows_of
from linkage.batches.deliveries import Delivery, outstanding, survey, verify
from linkage.batches.spine import Spine, spine_of
from linkage.batches.stages import Batch, How, deleting, stages
from linkage.config.schema import Config
from linkage.errors import ConfigError, DataError, Fault
from linkage.execution import Work, carry_out, home_of
from linkage.governance.permission import require_permission, require_role
from linkage.pipeline import Observer, Stage
from linkage.runs.fingerprints import digest
from linkage.runs.folder import BUILDING, settle
from linkage.runs.lock import hold
from linkage.runs.signals import stopping
from linkage.runs.storage import storage

KEPT: tuple[str, ...] = ("entity_events", "spine/*")
"""What a batch keeps of its tables beside those of a whole run."""

KEPT_ALONE: tuple[str, ...] = ("links", "entities", *KEPT)
"""What is kept where no table of a whole run is made."""


def link_batch(
    config: Config,
    text: str,
    quality: tuple[Stage, ...],
    keep: Iterable[str],
    observer: Observer,
    rebuild: bool = False,
    watching: tuple[Stage, ...] = (),
) -> Path | None:
    """Take what is new in the folder of deliveries; return the finished run, None for nothing new.

    Parameters
    ----------
    text
        The configuration as the user wrote it.
    quality
        The stages that make a report of the tables of a whole run.
    rebuild
        Link all records anew by the model that there is, whether anything is new or not.
    watching
        The stages that look at the records it brings, with a report or without.

    Raises
    ------
    DataError
        With every delivery that cannot be taken: nothing of any is.
    ConfigError
        When the configuration is not the one that the spine was made by.
    """
    said_of = config.batch
    if said_of is None:
        raise _no_deliveries()
    require_permission(config)
    with stopping(config.engine.seconds) as stop, hold(home_of(config)) as lock:
        settle(home_of(config))
        before = spine_of(home_of(config))
        said = _settings(config)
        refreshed = said_of.model == "refreshed"
        if before is not None:
            _prove_fitting(before, said, refreshed)
        every = survey(said_of.deliveries, config.sources)
        new = outstanding(every, () if before is None else before.taken)
        inputs = verify(new)
        if not new and not (rebuild and before is not None):
            return None
        how: How = "trained" if before is None or refreshed else "rebuilt" if rebuild else "added"
        batch = Batch(before, tuple(new), how, said)
        work = Work(
            stages(batch, said_of.report, watching, quality),
            config,
            inputs,
            (*keep, *KEPT),
            {"batch": batch.about(), **_inputs(_all_taken(before, new), _deletions(before))},
        )
        return carry_out(work, text, lock, stop, observer)


def _no_deliveries() -> ConfigError:
    return ConfigError(
        Fault(
            "R458",
            "the configuration names no folder of deliveries",
            "write  batch: {deliveries: FOLDER}",
            path="batch",
        )
    )


Erase = Callable[[Path, Mapping[str, Collection[str]]], None]
"""Takes records, by source and identifier, out of what stands beside a run."""


def delete(config: Config, text: str, ids: Path, observer: Observer, erase: Erase) -> Path:
    """Write the newest spine again without the records named in ``ids``; return the run.

    Of earlier runs in the same home nothing is left that holds records; what was released stands.

    Parameters
    ----------
    erase
        Called with the folder of each run before its tables go.

    Raises
    ------
    DataError
        When ``ids`` cannot be followed, or there is no spine.
    """
    home = home_of(config)
    require_role(config)
    wanted = read_ids(ids, config.sources)
    with stopping(config.engine.seconds) as stop, hold(home) as lock:
        settle(home)
        before = spine_of(home)
        if before is None:
            raise DataError(
                Fault(
                    "R457",
                    "there is no spine to delete from",
                    "link batch makes one",
                    file=home,
                    path="batch.deliveries",
                )
            )
        folder = before.root
        if any(len(rows_of(before, name, each)) for name, each in wanted.items()):
            _forget_interrupted(home / BUILDING)
            batch = Batch(before, (), "deleted", before.settings)
            made = deleting(batch, wanted, config.disclosure.threshold)
            about = {"batch": batch.about(), **_inputs(before.taken, before.deletions + 1)}
            work = Work(made, config, {}, KEPT_ALONE, about)
            folder = carry_out(work, text, lock, stop, observer)
        for run in earlier_runs(home, folder):
            erase(run, wanted)
            clear(run, config.engine.temp)
        return folder


def _forget_interrupted(building: Path) -> None:
    """Remove what an interrupted run left: a deletion of other people would be gone on with."""
    with storage(building, "removing what an interrupted run left"):
        if building.is_dir() and not building.is_symlink():  # anything else is refused later
            shutil.rmtree(building)


def _inputs(taken: Iterable[Mapping[str, Any]], deletions: int = 0) -> dict[str, object]:
    """Return what a manifest says of the sources: all that was delivered, not the last alone."""
    by_source: dict[str, list[str]] = {}
    for each in taken:
        by_source.setdefault(each["source"], []).append(each["manifest_sha256"])
    return {
        "inputs": {
            name: {"file": "deliveries", "sha256": digest([sorted(hashes), deletions])}
            for name, hashes in by_source.items()
        }
    }


def _settings(config: Config) -> dict[str, str]:
    """Return hashes of what the rows of a spine, and its pairs, were made by."""
    sources = {
        name: source.model_dump(mode="json", exclude={"path", "table", "csv", "label", "kind"})
        for name, source in config.sources.items()
    }
    rows = [sources, config.groups, config.missingness.variables, config.analysed]
    pairs = config.linkage.model_dump(mode="json")
    return {"rows": digest(rows), "pairs": digest([pairs, config.assignment])}


def _prove_fitting(before: Spine, said: dict[str, str], refreshed: bool) -> None:
    """Refuse settings that would treat old records and new ones differently."""
    faults = []
    if before.settings["rows"] != said["rows"]:
        faults.append(
            Fault(
                "R456",
                "the sources, groups or variables of the configuration are not those that the "
                "spine was made by",
                "put them back, or begin a spine of another name",
                path="sources",
            )
        )
    elif before.settings["pairs"] != said["pairs"] and not refreshed:
        faults.append(
            Fault(
                "R456",
                "the linkage is not the one that the model of the spine was trained for",
                "write  batch: {model: refreshed}  for one batch, or put it back",
                path="linkage",
            )
        )
    if faults:
        raise ConfigError(faults)


def _all_taken(before: Spine | None, new: Iterable[Delivery]) -> list[Mapping[str, Any]]:
    return [*(() if before is None else before.taken), *(each.as_record() for each in new)]


def _deletions(before: Spine | None) -> int:
    """Return what tells the records of a spine apart from the same deliveries before a deletion."""
    return 0 if before is None else before.deletions

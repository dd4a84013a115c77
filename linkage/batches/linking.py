"""One batch from end to end: what is new, taken under the lock, and the finished folder."""

from collections.abc import Iterable
from pathlib import Path

from linkage.batches.deliveries import outstanding, survey, verify
from linkage.batches.spine import Spine, spine_of
from linkage.batches.stages import Batch, stages
from linkage.config.schema import Config
from linkage.errors import ConfigError, Fault
from linkage.execution import Work, carry_out, home_of
from linkage.pipeline import Observer, Stage
from linkage.runs.fingerprints import digest
from linkage.runs.lock import hold
from linkage.runs.signals import stopping

KEPT: tuple[str, ...] = ("entity_events", "spine/*")
"""What a batch keeps of its tables beside those of a whole run."""


def link_batch(
    config: Config,
    text: str,
    quality: tuple[Stage, ...],
    keep: Iterable[str],
    observer: Observer,
    rebuild: bool = False,
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

    Raises
    ------
    DataError
        With every delivery that cannot be taken: nothing of any is.
    ConfigError
        When the configuration is not the one that the spine was made by.
    """
    assert config.batch is not None
    with stopping() as stop, hold(home_of(config)) as lock:
        before = spine_of(home_of(config))
        said = _settings(config)
        refreshed = config.batch.model == "refreshed"
        if before is not None:
            _prove_fitting(before, said, refreshed)
        every = survey(config.batch.deliveries, config.sources)
        new = outstanding(every, () if before is None else before.taken)
        inputs = verify(new)
        if not new and not (rebuild and before is not None):
            return None
        how = "trained" if before is None or refreshed else "rebuilt" if rebuild else "added"
        batch = Batch(before, tuple(new), how, said)
        work = Work(
            stages(batch, config.batch.report, quality),
            config,
            inputs,
            (*keep, *KEPT),
            {"batch": batch.about()},
        )
        return carry_out(work, text, lock, stop, observer)


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

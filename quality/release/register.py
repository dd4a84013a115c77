"""The register of releases: what was approved, ever, by all configurations of an output folder.

``<output>/releases/<config>-<run>/`` (``-<table>`` after it for a table asked for by itself) holds
an approved copy of ``for_release/`` and ``approval.json`` beside it. Every disclosure audit reads
all of it, and nothing removes from it: what has left can be subtracted for ever.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linkage.errors import DataError, Fault
from linkage.runs.sharing import REGISTER, entry_name
from linkage.runs.storage import storage
from quality.release.listed import APPROVAL, MANIFEST, differences, read_record, sha256


@dataclass(frozen=True)
class Released:
    """A release that was approved.

    Parameters
    ----------
    folder
        Its copy in the register: ``release-manifest.json``, ``tables/``, and all that was listed.
    config, run
        The name of the configuration and the id of the run.
    approved
        When, in UTC, ISO 8601 to the second.
    sources
        The sha256 of each source's file, by the name of the source.
    """

    folder: Path
    config: str
    run: str
    approved: str
    sources: Mapping[str, str]


def register_of(run: Path) -> Path:
    """Return the register that the run in the folder ``run`` belongs to, there or not."""
    return run.resolve().parent.parent / REGISTER


def earlier(releases: Path) -> tuple[Released, ...]:
    """Return every release in the register ``releases``, the oldest first.

    Parameters
    ----------
    releases
        The folder ``releases/`` under the output folder; none there is an empty register.

    Raises
    ------
    DataError
        R461, a fault for each entry that is damaged or was tampered with. An audit must not go on
        without it: what cannot be read any more has left all the same.
    """
    found, faults = [], []
    folders = _folders(releases)
    names = {each.name for each in folders}
    for folder in folders:
        manifest, approval = read_record(folder / MANIFEST), read_record(folder / APPROVAL)
        wrong = [*_wrong(folder, manifest, approval), *_gone(approval, names)]
        if wrong or manifest is None or approval is None:
            faults.append(_damaged(folder, wrong))
        else:
            found.append(_released(folder, manifest, approval))
    if faults:
        raise DataError(faults)
    return tuple(sorted(found, key=lambda each: (each.approved, each.folder.name)))


def unseen(releases: Sequence[Released], manifest: Mapping[str, Any]) -> Iterator[Released]:
    """Yield the releases that a pending one was not audited against, and may be subtracted from.

    Those approved since its run began that are of the same configuration, or of a source of the
    same name or content: an audit when the run was made could not know of them.
    """
    sources, started = manifest["sources"], manifest["started"]
    for each in releases:
        akin = not sources.keys().isdisjoint(each.sources)
        akin |= not set(sources.values()).isdisjoint(each.sources.values())
        if each.approved >= started and (akin or each.config == manifest["config"]):
            yield each


def _folders(releases: Path) -> list[Path]:
    """Return the entries; a name that starts with a dot is an approval that did not end."""
    with storage(releases, "reading the register of releases"):
        if not releases.exists():
            return []
        names = sorted(releases.iterdir())
        return [each for each in names if each.is_dir() and not each.name.startswith(".")]


def _released(folder: Path, manifest: Mapping[str, Any], approval: Mapping[str, Any]) -> Released:
    return Released(
        folder=folder,
        config=approval["config"],
        run=approval["run"],
        approved=approval["approved"],
        sources=dict(manifest["sources"]),
    )


def _wrong(
    folder: Path, manifest: Mapping[str, Any] | None, approval: Mapping[str, Any] | None
) -> Iterator[str]:
    """Yield what is wrong with an entry, in words."""
    if manifest is None:
        yield f"{MANIFEST} is missing or damaged"
    if approval is None:
        yield f"{APPROVAL} is missing or damaged"
    if manifest is None or approval is None:
        return
    if approval.get("manifest") != sha256((folder / MANIFEST).read_bytes()):
        yield f"{MANIFEST} is not the one that was approved"
    elif not _agree(folder.name, manifest, approval):
        yield f"{MANIFEST}, {APPROVAL} and the name of the folder do not agree"
    yield from (f"{path} {what}" for path, what in differences(folder, manifest))
    yield from _unauthorised(folder, manifest, approval)


def _gone(approval: Mapping[str, Any] | None, names: Collection[str]) -> Iterator[str]:
    """Yield the releases that stood there when this one was approved, and do no longer."""
    for each in (approval or {}).get("after") or ():
        if each not in names:
            yield f"{each}, approved before it, is no longer there"


def _agree(name: str, manifest: Mapping[str, Any], approval: Mapping[str, Any]) -> bool:
    config, run, table = (approval.get(key) for key in ("config", "run", "table"))
    texts = [config, run, approval.get("approved")]
    return (
        all(isinstance(each, str) for each in texts)
        and isinstance(table, str | None)
        and name == entry_name(str(config), str(run), table)
        and (manifest.get("config"), manifest.get("run")) == (config, run)
        and manifest.get("state") == "approved"
        and isinstance(manifest.get("sources"), dict)
    )


def _unauthorised(
    folder: Path, manifest: Mapping[str, Any], approval: Mapping[str, Any]
) -> Iterator[str]:
    """Yield that nobody else than the runner stands for it.

    The system says who wrote a file: a runner who writes an approval himself is its owner.
    """
    owner = (folder / APPROVAL).stat().st_uid
    if approval.get("uid") != owner:
        yield f"{APPROVAL} does not belong to the user who is said to have approved"
    elif owner == manifest.get("runner"):
        yield "it was approved by the user who ran it"


def _damaged(folder: Path, wrong: list[str]) -> Fault:
    return Fault(
        "R461",
        f"a release in the register is damaged or was changed: {'; '.join(wrong)}",
        "put the folder back from a copy, with its owners; nothing can be audited without it",
        file=folder,
    )

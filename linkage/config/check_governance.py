"""Does somebody answer for it where groups of people are treated differently."""

from collections.abc import Iterator

from linkage.config.draft import Draft
from linkage.config.nearest import nearest
from linkage.config.nodes import Path
from linkage.errors import Fault
from linkage.runs.sharing import REGISTER

_PATH: Path = ("linkage", "decide", "threshold_by_group")


def check_governance(draft: Draft) -> Iterator[Fault]:
    """Yield what treats groups differently without an approval, or cannot be done as written."""
    yield from _name(draft)
    said = draft.config.linkage.decide.threshold_by_group
    if said is None:
        return
    yield from _characteristic(draft, said.characteristic)
    if draft.config.assignment == "clusters":
        yield draft.fault(
            "C171",
            _PATH,
            "thresholds by group are for links one-to-one or many to one; clusters have none",
            "remove threshold_by_group, or link two sources that hold each person once",
            key=True,
        )
    approved = {each.what for each in draft.config.governance.approvals}
    if "threshold_by_group" not in approved and not draft.is_broken("governance"):
        yield draft.fault(
            "C170",
            _PATH,
            "thresholds by group treat people differently by a characteristic, and nobody is "
            "named who approved it",
            "get an approval and write it under governance.approvals: {what: threshold_by_group, "
            "by: name, role: ..., on: 2026-01-31, reason: ...}",
            key=True,
        )


def _name(draft: Draft) -> Iterator[Fault]:
    """Yield that runs would stand where approved releases do."""
    if draft.config.name == REGISTER:
        message = f"{REGISTER} is the folder of what was approved, beside the folders of runs"
        yield draft.fault("C172", ("name",), message, "give the configuration another name")


def _characteristic(draft: Draft, name: str) -> Iterator[Fault]:
    own = [
        each for each, group in draft.config.groups.items() if group.source == draft.config.focal
    ]
    if name not in own:
        meant = nearest(name, own)
        known = ", ".join(own) or "none yet"
        fix = f"write  characteristic: {meant}" if meant else f"write one of: {known}"
        message = f"the focal source has no characteristic called {name[:60]}"
        yield draft.fault("C171", (*_PATH, "characteristic"), message, fix)

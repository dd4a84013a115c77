"""How the approvals of a configuration stand on a day, and what its roles allow a user.

A source may be linked by any approval of the linkage that names it and holds on that day. Days are
those of UTC, and the last one counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

from linkage.config.governance_settings import Approval
from linkage.config.nodes import Path
from linkage.config.schema import Config
from linkage.errors import Fault
from linkage.runs.users import user_ids, user_name

SOON = timedelta(days=30)
"""So long before a linkage may go on no longer, it is said."""


class Faulting(Protocol):
    """Makes a fault at a setting, with its line where the file is at hand."""

    def __call__(
        self,
        code: str,
        path: Path,
        message: str,
        fix: str,
        *,
        severity: Literal["error", "warning"] = "error",
    ) -> Fault:
        """Return the fault."""


@dataclass(frozen=True)
class Standing:
    """The approvals that a run rests on, by their place in the file, and how long all of it holds.

    ``complete`` says whether everything is approved that has to be; ``until`` is the last day on
    which it is, None where it is not, or where nothing ends.
    """

    approvals: tuple[int, ...]
    until: date | None
    complete: bool = True

    def ends_soon(self, day: date) -> bool:
        """Say whether so little time is left that somebody has to be asked."""
        return self.until is not None and self.until - day <= SOON


def standing(config: Config, day: date) -> Standing:
    """Return what a run of ``config`` rests on; of what nobody approved nothing is said."""
    best = [_longest(config, need, day) for need in _needed(config)]
    used = [each for each in best if each is not None]
    approvals = tuple(sorted({i for i, _ in used}))
    if None in best:
        return Standing(approvals, None, complete=False)
    ends = [approval.until for _, approval in used if approval.until is not None]
    return Standing(approvals, min(ends, default=None))


def unapproved(config: Config, day: date, fault: Faulting) -> Iterator[Fault]:
    """Yield what no valid approval covers: R600."""
    for need in _needed(config):
        if _longest(config, need, day) is None:
            path, what = _place(config, need)
            yield fault("R600", path, f"{what}: {_why(config, need, day)}", _ASK)


def ending(config: Config, day: date, fault: Faulting) -> Iterator[Fault]:
    """Yield a warning where the approvals end within 30 days: R602."""
    found = standing(config, day)
    if found.until is not None and found.ends_soon(day):
        left = (found.until - day).days
        when = "today" if left == 0 else f"in {left} day{'' if left == 1 else 's'}"
        message = f"what this run rests on was approved until {found.until}, which is {when}"
        path = ("governance", "approvals")
        yield fault("R602", path, message, "have the approval renewed", severity="warning")


def disallowed(config: Config, user: int, fault: Faulting) -> Iterator[Fault]:
    """Yield that ``user`` is not among those who may see identifiers: R601."""
    roles = config.governance.roles
    if roles is not None and user not in user_ids(roles.see_identifiers):
        yield fault(
            "R601",
            ("governance", "roles", "see_identifiers"),
            f"this user ({user_name(user) or user}) may not see identifiers",
            "have one of the users named here do it, or the role given to this one",
        )


_ASK = "get an approval, or a new one, and write it under governance.approvals"

_Need = tuple[Literal["linkage", "threshold_by_group"], str | None]
"""What has to be approved: to link a source, or to treat groups differently."""


def _needed(config: Config) -> list[_Need]:
    needs: list[_Need] = []
    if config.governed:
        needs += [("linkage", name) for name in config.sources]
    if config.linkage.decide.threshold_by_group is not None:
        needs.append(("threshold_by_group", None))
    return needs


def _of(config: Config, need: _Need) -> list[tuple[int, Approval]]:
    """Return the approvals of ``need``, whatever the day."""
    what, source = need
    return [
        (i, each)
        for i, each in enumerate(config.governance.approvals)
        if each.what == what and (source is None or source in each.sources)
    ]


def _longest(config: Config, need: _Need, day: date) -> tuple[int, Approval] | None:
    """Return the approval of ``need`` that holds on ``day``, and of several the one to last."""
    valid = [
        (i, each)
        for i, each in _of(config, need)
        if each.on <= day and (each.until is None or day <= each.until)
    ]
    return max(valid, key=lambda found: found[1].until or date.max, default=None)


def _place(config: Config, need: _Need) -> tuple[Path, str]:
    """Return where the fault of ``need`` stands, and what it is of in words."""
    what, source = need
    path: Path = ("governance",)
    if of := _of(config, need):
        path = ("governance", "approvals", of[-1][0], "until")
    return path, f"source {source}" if source else what


def _why(config: Config, need: _Need, day: date) -> str:
    of = [each for _, each in _of(config, need)]
    if not of:
        return "nobody is named who approved it"
    begins = [each.on for each in of if each.on > day]
    if begins:
        return f"its approval holds from {min(begins)} on, not before"
    return f"its approval ended on {max(each.until for each in of if each.until is not None)}"

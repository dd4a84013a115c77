"""One line of what was found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from linkage.errors import Exit

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and what to do where it is not as it should be.

    ``exit_code`` tells what kind of fault a ``fail`` is: of permission, or of the machine.
    """

    what: str
    state: State
    says: str
    do: str = ""
    exit_code: Exit = Exit.STORAGE


def ok(what: str, says: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(what, "ok", says)


def warn(what: str, says: str, do: str) -> Finding:
    """Return that something is not as it should be, and stops no run."""
    return Finding(what, "warn", says, do)


def fail(what: str, says: str, do: str, exit_code: Exit = Exit.STORAGE) -> Finding:
    """Return that something would stop a run, or must stop it."""
    return Finding(what, "fail", says, do, exit_code)


def exit_of(findings: Iterable[Finding]) -> Exit:
    """Return 0 where nothing fails, else 5 where permission does and 74 where the machine does."""
    codes = {each.exit_code for each in findings if each.state == "fail"}
    if Exit.PERMISSION in codes:
        return Exit.PERMISSION
    return Exit.STORAGE if codes else Exit.DONE

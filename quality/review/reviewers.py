"""Who reviews: one sees every unit, a second those drawn twice, and an adjudicator settles.

What is settled are differences, and every error that anyone called.
Roles are taken by the first who come, and kept in ``reviewers.json``.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from linkage.errors import ConfigError, Fault
from linkage.runs.publish import publish
from linkage.runs.storage import storage
from quality.review.answers import Answer, calls_error
from quality.review.cases import Review, damaged
from quality.review.decisions import last_decisions

Role = Literal["first", "second", "adjudicator"]
ROLES: tuple[Role, ...] = ("first", "second", "adjudicator")

_NAME = re.compile(r"[a-z0-9_.-]{1,40}")
_FILE = "reviewers.json"


def read_roles(folder: Path) -> dict[Role, str]:
    """Return who has each role that was taken in the review folder ``folder``.

    Raises
    ------
    StorageError
        R443 when the file does not hold what was written to it.
    """
    path = folder / _FILE
    with storage(path, "reading who reviews"):
        if not path.exists():
            return {}
        data = path.read_bytes()
    try:
        roles = json.loads(data)
        return {role: str(roles[role]) for role in ROLES if role in roles}
    except (ValueError, TypeError):
        raise damaged(path) from None


def take_role(folder: Path, name: str, adjudicate: bool = False) -> Role:
    """Return the role of the reviewer ``name``; one who is new takes the next that is free.

    Raises
    ------
    ConfigError
        R441 when the name is not one, R442 when no role is left for it.
    """
    require_name(name)
    lock = folder / ".reviewers.lock"
    with storage(lock, "writing who reviews"):
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        roles = read_roles(folder)
        role = _role(roles, name, adjudicate)
        if role not in roles:
            publish(folder / _FILE, json.dumps({**roles, role: name}).encode())
        return role
    finally:
        os.close(descriptor)


def require_name(name: str) -> None:
    """Refuse a reviewer's name that is not short, plain and fit for the name of a file.

    Raises
    ------
    ConfigError
        R441.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(
            Fault(
                "R441",
                "this cannot be the name of a reviewer",
                "use 1 to 40 of the characters a-z, 0-9, _, . and -",
                path="--reviewer",
            )
        )


def worklist(review: Review, role: Role, name: str) -> tuple[int, ...]:
    """Return the units that the reviewer is to decide, in an order of their own.

    The order is random, another for every reviewer, and the same whenever it is asked for: nobody
    can read from the place of a unit what kind it is. An adjudicator gets what is to be settled at
    this moment: see :func:`to_settle`.

    Notes
    -----
    Sorted by a keyed hash of the unit's number; the key is the seed of the design with the name.
    """
    key = hashlib.blake2b(f"{review.seed} {name}".encode()).digest()
    if role == "adjudicator":
        chosen = list(to_settle(review))
    else:
        chosen = [u.number for u in review.units.values() if role == "first" or u.double]
    return tuple(sorted(chosen, key=lambda number: _place(key, number)))


def to_settle(review: Review) -> dict[int, tuple[Answer, ...]]:
    """Return the units that somebody called an error, or on which the two reviewers differ.

    With both answers where they differ, in verdict or partner, sorted so that nobody can tell whose
    is whose; with none where an error was called by one who was alone, or by both alike.
    """
    roles, last = read_roles(review.folder), last_decisions(review)
    first, second = (last.get(roles.get(role, ""), {}) for role in ROLES[:2])
    found = {}
    for number in sorted(first.keys() | second.keys()):
        made = [each[number].outcome for each in (first, second) if number in each]
        if len(made) == 2 and made[0] != made[1]:
            found[number] = tuple(sorted((each.answer for each in made), key=str))
        elif calls_error(review.units[number].kind, made[0].decision):
            found[number] = ()
    return found


def _role(roles: Mapping[Role, str], name: str, adjudicate: bool) -> Role:
    held = next((role for role, holder in roles.items() if holder == name), None)
    if held is not None and (held == "adjudicator") == adjudicate:
        return held
    free: Role | None = next((role for role in ROLES[:2] if role not in roles), None)
    if adjudicate:
        free = None if "adjudicator" in roles else "adjudicator"
    if held is not None or free is None:
        raise ConfigError(_no_place(held, adjudicate))
    return free


def _no_place(held: Role | None, adjudicate: bool) -> Fault:
    if held == "adjudicator":
        message = "this person adjudicates, and cannot be one of the two reviewers as well"
        fix = "add --adjudicate to go on adjudicating"
    elif held is not None:
        message = "this person is one of the two reviewers, and cannot settle what they differ on"
        fix = "let a third person adjudicate; two who settle it together may take a name of both"
    elif adjudicate:
        message = "another person adjudicates in this review already"
        fix = "go on under the name that link review status shows"
    else:
        message = "this review has its two reviewers already"
        fix = "go on under one of the names that link review status shows, or add --adjudicate"
    return Fault("R442", message, fix, path="--reviewer")


def _place(key: bytes, number: int) -> bytes:
    return hashlib.blake2b(str(number).encode(), key=key).digest()

"""The linkage itself: whether it may run today, can be signed, and what its status alarms of."""

from collections.abc import Iterator
from os import geteuid

from linkage.config.schema import Config
from linkage.errors import ConfigError, Exit
from linkage.governance.standing import Faulting, disallowed, ending, standing, unapproved
from linkage.operation.doctor.finding import Finding, fail, ok, warn
from linkage.operation.signing import sign
from linkage.operation.status import status_of
from linkage.runs.events import today


def of_linkage(config: Config, fault: Faulting) -> Iterator[Finding]:
    """Yield what is found of approvals, roles, signatures, and of the runs so far."""
    yield from _approval(config, fault)
    yield from _signing(config)
    said = status_of(config.output / config.name, config)
    if said.lock:
        yield warn("lock", f"held by process {said.lock['pid']}", "wait: a run now ends with 75")
    yield from (warn("alarm", each, "see  link status") for each in said.alarms)


def _approval(config: Config, fault: Faulting) -> Iterator[Finding]:
    day = today()
    refused = [*unapproved(config, day, fault), *disallowed(config, geteuid(), fault)]
    for each in refused:
        yield fail("approval", each.message, each.fix, Exit.PERMISSION)
    soon = [*ending(config, day, fault)]
    for each in soon:
        yield warn("approval", each.message, each.fix)
    if not refused and not soon:
        until = standing(config, day).until
        governed = f"until {until}" if until is not None else "not governed"
        yield ok("approval", governed)


def _signing(config: Config) -> Iterator[Finding]:
    if (key := config.governance.signing_key) is None:
        return
    try:
        sign(key, b"")
    except ConfigError as error:
        for each in error.faults:
            yield fail("signing key", each.message, each.fix, Exit.PERMISSION)
    else:
        yield ok("signing key", "it signs")

"""Do the approvals of the linkage say whom, what and how long, and are duties separated."""

from collections.abc import Iterator

from linkage.config.check_linkage import unknown_source
from linkage.config.draft import Draft
from linkage.config.governance_settings import Approval, Roles
from linkage.errors import Fault

_WRITE = {
    "holder": "holder: to whom it was given",
    "until": "until: 2026-12-31",
    "sources": "sources: [the sources that may be linked by it]",
}


def check_approvals(draft: Draft) -> Iterator[Fault]:
    """Yield what a governed configuration does not say, or says of nobody and nothing."""
    if draft.is_broken("governance"):
        return
    for i, approval in enumerate(draft.config.governance.approvals):
        yield from _approval(draft, i, approval)
    if draft.config.governed:
        yield from _purpose(draft)
    if (roles := draft.config.governance.roles) is not None:
        yield from _duties(draft, roles)


def _approval(draft: Draft, i: int, approval: Approval) -> Iterator[Fault]:
    path = ("governance", "approvals", i)
    if approval.what == "linkage":
        for name, write in _WRITE.items():
            if not getattr(approval, name):
                message = f"an approval of the linkage has to say its {name}"
                yield draft.fault("C350", path, message, f"write  {write}")
    for name in approval.sources:
        if name not in draft.sources:
            yield unknown_source(draft, (*path, "sources"), name)
    if approval.until is not None and approval.until < approval.on:
        message = "the approval ends before the day on which it was given"
        yield draft.fault("C351", (*path, "until"), message, "write the last day on which it holds")


def _purpose(draft: Draft) -> Iterator[Fault]:
    """Yield what an approval is of: without a purpose and a law it is of anything."""
    config = draft.config
    if not config.purpose.strip():
        message = "the linkage is governed and does not say its purpose"
        fix = "write  purpose: what the linkage is for, as it was approved"
        yield draft.fault("C352", ("governance",), message, fix, key=True)
    if config.documentation.legal_gateway is None and not draft.is_broken("documentation"):
        message = "the linkage is governed and does not say which law allows it"
        fix = "write  documentation: {legal_gateway: the law and its section}"
        yield draft.fault("C352", ("governance",), message, fix, key=True)


def _duties(draft: Draft, roles: Roles) -> Iterator[Fault]:
    for user in roles.release:
        for other in ("see_identifiers", "set_threshold"):
            if user in getattr(roles, other):
                message = f"{user} is named under both release and {other}"
                fix = "have another user release: who makes a figure does not let it out"
                yield draft.fault("C353", ("governance", "roles", "release"), message, fix)

"""A cleaning rule, and how a list of them is applied to one value.

A rule is one small function from text to text. Each value is cleaned once however often it occurs,
and remembers which rules changed it, so that what cleaning did can be counted by group.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from linkage.characteristics import MissingReason
from linkage.standardise.stand_ins import stated_reason


@dataclass(frozen=True)
class Rule:
    """One way of changing a text, by name."""

    name: str
    change: Callable[[str], str]


class Cleaned(NamedTuple):
    """What became of one value: itself or the reason it is missing, and the rules that fired."""

    value: str | None
    reason: MissingReason | None
    fired: tuple[str, ...] = ()


class Row(NamedTuple):
    """What one raw value gives: a value for each standardised column, and the rules that fired."""

    values: tuple[object, ...]
    fired: tuple[str, ...] = ()


REASON_RULES: tuple[str, ...] = (
    "placeholder",
    "not_stated",
    "prefer_not_to_say",
    "does_not_apply",
    "unknown_code",
    "invalid",
    "suppressed",
)
"""A value that becomes missing is counted under its reason, beside the rules that change values."""


def missing(reason: MissingReason, fired: Sequence[str] = ()) -> Cleaned:
    """Return a missing value; every reason but a blank cell counts as a rule that fired."""
    counted = (reason,) if reason in REASON_RULES else ()
    return Cleaned(None, reason, (*fired, *counted))


def apply(rules: Sequence[Rule], text: str, fired: list[str]) -> str:
    """Apply ``rules`` in order, adding the names of those that changed the text to ``fired``."""
    for rule in rules:
        changed = rule.change(text)
        if changed != text:
            fired.append(rule.name)
            text = changed
    return text


def clean_text(
    raw: str,
    rules: Sequence[Rule],
    stand_in: Callable[[str], bool] = lambda _: False,
) -> Cleaned:
    """Clean one text: blank, stated to be missing, a stand-in, or what the rules leave of it."""
    if not raw.strip():
        return missing("not_answered")
    if reason := stated_reason(raw):
        return missing(reason)
    fired: list[str] = []
    text = apply(rules, raw, fired)
    if reason := stated_reason(text):
        return missing(reason)
    if not text or stand_in(text):
        return missing("placeholder")
    return Cleaned(text, None, tuple(fired))

"""The one closed list of reasons for which a value is missing."""

from typing import Literal, get_args

MissingReason = Literal[
    "not_answered",  # the cell is blank
    "not_stated",
    "prefer_not_to_say",
    "does_not_apply",  # structural: the question was not for this person
    "placeholder",  # a stand-in: 1 January 1900, ZZ99, UNKNOWN
    "invalid",  # something stands there that cannot be such a value
    "missing_in_source",  # the source does not hold the variable at all
    "suppressed",
]

MISSING_REASONS: tuple[MissingReason, ...] = get_args(MissingReason)

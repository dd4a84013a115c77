"""The one closed list of reasons for which a value is missing.

A record carries one of :data:`MISSING_REASONS` beside each value that it lacks, from ingest on; no
reason means that the value was observed. A value that comes from another source is reached
through a link, and may be lost on the way there too: :data:`LOST_IN_LINKING` holds the reasons that
only links give. Which of them holds for one record nobody knows, so they stand in tables as shares
of a group, never on a record; ``not_linked_undetermined`` is what a record without a link has.
"""

from typing import Literal, get_args

MissingReason = Literal[
    "not_answered",  # the cell is blank
    "not_stated",
    "prefer_not_to_say",
    "does_not_apply",  # structural, not applicable: the question was not for this person
    "placeholder",  # a stand-in: 1 January 1900, ZZ99, UNKNOWN
    "unknown_code",  # a code or label that the variable's own list does not hold
    "invalid",  # something stands there that cannot be such a value
    "missing_in_source",  # never asked: the source, or this version of it, does not hold it
    "suppressed",
]

MISSING_REASONS: tuple[MissingReason, ...] = get_args(MissingReason)

LostInLinking = Literal[
    "not_linked_undetermined",
    "not_covered",  # the other source holds no record of the person
    "blocked_out",  # it does, and no blocking rule brought the two together
    "missed_by_threshold",  # the two were compared, and the record has no link
    "missed_by_assignment",  # the record was linked to another person
]

LOST_IN_LINKING: tuple[LostInLinking, ...] = get_args(LostInLinking)

NOT_ASKED: frozenset[MissingReason] = frozenset({"missing_in_source", "does_not_apply"})
"""Reasons that say the question was never put; for all others there could have been an answer."""

IMPUTABLE: frozenset[MissingReason] = frozenset(
    {
        "not_answered",
        "not_stated",
        "placeholder",
        "unknown_code",
        "invalid",
        "missing_in_source",
    }
)
"""Reasons behind which a value exists that may be imputed.

"Prefer not to say" is an answer, and what does not apply is no gap: neither is ever imputed over.
What a source suppressed, it suppressed on purpose.
"""

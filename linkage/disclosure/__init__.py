"""Disclosure control: what has to be held back so that no small count can be worked out."""

from linkage.disclosure.audit import Audit, feasible_range
from linkage.disclosure.completion import completed
from linkage.disclosure.control import OK, SUPPRESSED, control
from linkage.disclosure.dominance import is_dominated
from linkage.disclosure.equations import Equation, Item, Limits, Weighted
from linkage.disclosure.rounding import to_base
from linkage.disclosure.suppression import Beyond, suppress

__all__ = [
    "OK",
    "SUPPRESSED",
    "Audit",
    "Beyond",
    "Equation",
    "Item",
    "Limits",
    "Weighted",
    "completed",
    "control",
    "feasible_range",
    "is_dominated",
    "suppress",
    "to_base",
]

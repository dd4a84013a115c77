"""What a reviewer answers, and what that decides: the one place where the two kinds of unit differ.

The question is the same for all: which of these candidates, if any, is the same person?
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from quality.review.cases import Kind, Unit

Word = Literal["none", "unsure"]
WORDS: Mapping[str, Word] = {"none": "none", "unsure": "unsure"}

Answer = int | Word
"""The rank of the candidate chosen (from 1), or a word."""

Verdict = Literal["match", "non_match", "unsure"]
VERDICTS: tuple[Verdict, ...] = ("match", "non_match", "unsure")


@dataclass(frozen=True)
class Decided:
    """What an answer decides of a unit.

    ``match`` of a link: it is right; of an unlinked record: it has a partner. ``partner`` is the
    record that the reviewer chose, ``partner_rank`` its rank among the candidates.
    """

    decision: Verdict
    partner: int | None = None
    partner_rank: int | None = None

    @property
    def answer(self) -> Answer:
        """The answer that decided so."""
        if self.partner_rank is not None:
            return self.partner_rank
        return "unsure" if self.decision == "unsure" else "none"


def decided(unit: Unit, listed: Sequence[int], answer: Answer) -> Decided:
    """Return what ``answer`` decides of ``unit``, whose candidates are ``listed`` best first.

    Raises
    ------
    ValueError
        When the answer names a rank that is not listed.
    """
    if answer == "unsure":
        return Decided("unsure")
    if answer == "none":
        return Decided("non_match")
    if not 1 <= answer <= len(listed):
        raise ValueError("no candidate of this rank is listed")
    partner = listed[answer - 1]
    right = unit.kind == "unlinked" or partner == unit.partner_shown
    return Decided("match" if right else "non_match", partner, answer)


def calls_error(kind: Kind, decision: str) -> bool:
    """Say whether a decision calls our decision on a unit wrong: a false link, a missed partner."""
    return decision == ("non_match" if kind == "link" else "match")


def parse(text: str) -> Answer | None:
    """Return the answer that ``text`` stands for, or None when it stands for none."""
    if text.isascii() and text.isdecimal() and len(text) < 4:
        return int(text)
    return WORDS.get(text)

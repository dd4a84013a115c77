"""How far unsure records could move a figure: said beside it, and read from there again."""

import re
from collections.abc import Iterable

_SAID = (
    "records of which reviewers were unsure are left out: whichever links and unlinked records of "
    "them were errors, the figure would be {} to {}"
)
_READ = re.compile(_SAID.format(r"(\d\.\d{3})", r"(\d\.\d{3})"))


def unsure_words(least: float, most: float) -> str:
    """Return what is said: the least and the most that unsure records can make of the figure.

    Examples
    --------
    >>> unsure_ends([unsure_words(0.9, 1)])
    (0.9, 1.0)
    """
    return _SAID.format(f"{least:.3f}", f"{most:.3f}")


def unsure_ends(assumptions: Iterable[str]) -> tuple[float, float] | None:
    """Return both figures that assumptions hold; None where nothing is said of them."""
    for text in assumptions:
        found = _READ.fullmatch(text)
        if found:
            return float(found[1]), float(found[2])
    return None

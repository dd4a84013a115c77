"""What a figure would be had reviewers been sure: said beside it, and read from there again."""

import re
from collections.abc import Iterable

_SAID = (
    "records of which reviewers were unsure are left out: the figure would be {} if all of them "
    "were errors, {} if none was"
)
_READ = re.compile(_SAID.format(r"(\d\.\d{3})", r"(\d\.\d{3})"))


def unsure_words(worst: float, best: float) -> str:
    """Return what is said: the figure with every unsure record an error, and with none.

    Examples
    --------
    >>> unsure_ends([unsure_words(0.9, 1)])
    (0.9, 1.0)
    """
    return _SAID.format(f"{worst:.3f}", f"{best:.3f}")


def unsure_ends(assumptions: Iterable[str]) -> tuple[float, float] | None:
    """Return both figures that assumptions hold; None where nothing is said of them."""
    for text in assumptions:
        found = _READ.fullmatch(text)
        if found:
            return float(found[1]), float(found[2])
    return None

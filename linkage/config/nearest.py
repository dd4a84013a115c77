"""The name that was probably meant."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

_LIKELY = 0.68


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the one of ``names`` most like ``name``, or None when none is like it.

    Capitals, spaces, hyphens and underscores make no difference.

    Example
    -------
    >>> nearest("jarowinkler", ["exact", "jaro_winkler", "date"])
    'jaro_winkler'
    """
    bare = _bare(name[:100])
    rated = [(_alike(bare, _bare(other)), other) for other in names]
    best = max(rated, key=lambda pair: pair[0], default=(0.0, ""))
    return best[1] if best[0] >= _LIKELY else None


def _bare(name: str) -> str:
    return re.sub(r"[\s_.-]+", "", name.casefold())


def _alike(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    alike = SequenceMatcher(None, one, other, autojunk=False).ratio()
    contained = len(min(one, other, key=len)) >= 4 and (one in other or other in one)
    return max(alike, 0.7) if contained else alike

"""What can be wrong with a source, in words that hold no value of its data."""

from collections.abc import Iterable

from linkage.config.nearest import nearest
from linkage.config.schema import Source
from linkage.errors import Fault

_LISTED = 20


def fault(
    code: str, name: str, source: Source, message: str, fix: str = "", line: int | None = None
) -> Fault:
    """Return a fault of the source called ``name``, found in its file at ``line``."""
    return Fault(
        code,
        f"source {name}: {message}",
        fix,
        file=source.path,
        line=line,
        path=f"sources.{name}",
    )


def instead(word: str, words: Iterable[str]) -> str:
    """Return the fix that names the likeliest of ``words``, or all of them when none is like."""
    known = list(words)
    if meant := nearest(word, known):
        return f"did you mean {meant}?"
    listed = ", ".join(known[:_LISTED])
    more = ", ..." if len(known) > _LISTED else ""
    return f"there are: {listed}{more}" if known else "there is none"


def counted(n: int, noun: str) -> str:
    """Return ``1 row``, ``2 rows``, ``1,000 rows``."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"

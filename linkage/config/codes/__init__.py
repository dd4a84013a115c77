"""The stable error codes: what each means, when it occurs and how to mend it.

One module a letter; :data:`linkage.config.diagnostics.CATALOGUE` joins them, and
docs/reference/errors.md is generated from it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """What the page of one code says: a title, when it occurs and how to mend it."""

    title: str
    when: str
    fix: str

"""Columns that look like a protected characteristic and that the configuration does not use."""

import re
from collections.abc import Iterable, Iterator

from linkage.characteristics.equality_act import Protected
from linkage.config.schema import Config

_NAMED: dict[Protected, str] = {
    "age": r"\bage\b|birth|\bdob\b",
    "disability": r"\bdisab",
    "gender_reassignment": r"\bgender identity\b|\btrans(gender)?\b",
    "marriage_and_civil_partnership": r"\bmarital|\bmarriage|\bcivil partner|\bpartnership\b",
    "pregnancy_and_maternity": r"\bpregnan|\bmaternity",
    "race": r"\bethni|\brace\b|\bethnos",
    "religion_or_belief": r"\breligi|\bfaith\b|\bbelief",
    "sex": r"\bsex\b|\bgender\b(?! identity)",
    "sexual_orientation": r"\bsexual|\borientation\b",
}
"""By what the names of columns tell each of the nine: a hint, never a proof."""


def unclaimed(config: Config, source: str, held: Iterable[str]) -> Iterator[tuple[Protected, str]]:
    """Yield (characteristic, column) for columns of a source's file that nothing else names."""
    used = set(_used(config, source))
    for column in held:
        if column not in used:
            said = re.sub(r"[\W_]+", " ", column).lower()
            yield from ((name, column) for name, named in _NAMED.items() if re.search(named, said))


def _used(config: Config, source: str) -> Iterator[str]:
    settings = config.sources[source]
    yield settings.id
    for role in settings.columns.values():
        yield from filter(None, (role.column, role.day, role.month, role.year))
    for group in config.groups.values():
        if (held := group.held_in(source)) is not None and held.column is not None:
            yield held.column
    yield from (each.column for each in config.missingness.variables if each.source == source)

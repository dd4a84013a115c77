"""Do groups, intersections and missing variables fit the sources and each other."""

from collections.abc import Iterator

from linkage.config.check_linkage import unknown_source
from linkage.config.draft import Draft
from linkage.config.nearest import nearest
from linkage.config.nodes import Path
from linkage.config.schema import Group
from linkage.config.standard_names import STANDARD_NAMES
from linkage.errors import Fault


def check_groups(draft: Draft) -> Iterator[Fault]:
    """Yield what in groups, intersections and missingness does not fit the rest."""
    for name, group in draft.config.groups.items():
        yield from _group(draft, name, group)
    yield from _intersections(draft)
    for i, variable in enumerate(draft.config.missingness.variables):
        if variable.source not in draft.sources:
            path = ("missingness", "variables", i, "source")
            yield unknown_source(draft, path, variable.source)


def _group(draft: Draft, name: str, group: Group) -> Iterator[Fault]:
    if group.source not in draft.sources:
        yield unknown_source(draft, ("groups", name, "source"), group.source)
    else:
        yield from _origin(draft, group, ("groups", name, "from"))
    yield from _holders(draft, name, group)
    if group.standard is not None:
        yield from _standard(draft, name, group, group.standard)
    for setting in ("on", "split"):
        read = group.from_ == "date_of_birth" or (setting == "on" and (group.from_ or group.also))
        if not read and draft.is_written("groups", name, setting):
            message = f"{setting} is only read for an age:  from: date_of_birth"
            path = ("groups", name, setting)
            yield draft.fault("C137", path, message, f"remove {setting}", key=True)


def _origin(draft: Draft, group: Group, path: Path) -> Iterator[Fault]:
    """Yield that the source has not the columns of which the characteristic is made."""
    columns = draft.columns_of(group.source)
    aged = group.from_ == "date_of_birth" or (group.from_ == "household" and group.on)
    if columns is not None and aged and "date_of_birth" not in columns:
        message = f"age is taken from date_of_birth, and {group.source} has no such column"
        fix = f"add  date_of_birth: ...  to sources.{group.source}.columns"
        yield draft.fault("C145", path, message, fix)


def _holders(draft: Draft, name: str, group: Group) -> Iterator[Fault]:
    """Yield other holders that are no source, or stand there before."""
    seen = {group.source}
    for i, other in enumerate(group.also):
        path: Path = ("groups", name, "also", i, "source")
        if other.source not in draft.sources:
            yield unknown_source(draft, path, other.source)
        elif other.source in seen:
            message = f"{other.source} holds {name} already"
            fix = "name each source once: the first under source, the others under also"
            yield draft.fault("C148", path, message, fix)
        elif (held := group.held_in(other.source)) is not None:
            yield from _origin(draft, held, path)
        seen.add(other.source)


def _standard(draft: Draft, name: str, group: Group, standard: str) -> Iterator[Fault]:
    path, names = ("groups", name, "standard"), STANDARD_NAMES
    if standard not in names:
        meant = nearest(standard, names)
        fix = f"write  standard: {meant}" if meant else f"write one of: {', '.join(names)}"
        message = f'there is no harmonised list called "{standard[:60]}"'
        yield draft.fault("C140", path, message, fix)
    elif group.from_ is not None and not standard.startswith("age."):
        ages = ", ".join(each for each in names if each.startswith("age."))
        message = f"a date of birth gives ages, and {standard} is no list of ages"
        yield draft.fault("C140", path, message, f"write one of: {ages}")


def _intersections(draft: Draft) -> Iterator[Fault]:
    seen: set[frozenset[str]] = set()
    for i, names in enumerate(draft.config.intersections):
        for j, name in enumerate(names):
            if name not in draft.groups:
                meant = nearest(name, draft.groups)
                known = ", ".join(draft.groups) or "none yet"
                fix = f"write  {meant}" if meant else f"add it to groups; there are: {known}"
                message = f'there is no group called "{name}"'
                yield draft.fault("C132", ("intersections", i, j), message, fix)
        if len(set(names)) < max(2, len(names)) or frozenset(names) in seen:
            message = "an intersection crosses two or more different groups, and stands once"
            fix = "write it as in  intersections: [[race, sex]]"
            yield draft.fault("C142", ("intersections", i), message, fix)
        seen.add(frozenset(names))

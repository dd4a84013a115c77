"""Do groups, intersections and missing variables fit the sources and each other."""

from collections.abc import Iterator

from linkage.config.check_characteristics import check_origin, check_refusals, check_settings
from linkage.config.check_linkage import unknown_source
from linkage.config.draft import Draft
from linkage.config.nearest import nearest
from linkage.config.nodes import Path
from linkage.config.schema import Group
from linkage.config.standard_names import LISTS_BY_NATION, STANDARD_NAMES
from linkage.errors import Fault


def check_groups(draft: Draft) -> Iterator[Fault]:
    """Yield what in groups, intersections and missingness does not fit the rest."""
    for name, group in draft.config.groups.items():
        yield from _group(draft, name, group)
    yield from _intersections(draft)
    yield from _variables(draft)


def _variables(draft: Draft) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for i, variable in enumerate(draft.config.missingness.variables):
        path: Path = ("missingness", "variables", i)
        if variable.source not in draft.sources:
            yield unknown_source(draft, (*path, "source"), variable.source)
        if (variable.source, variable.column) in seen:
            message = f'the column "{variable.column}" of {variable.source} stands there before'
            yield draft.fault("C142", path, message, "remove one of the two")
        seen.add((variable.source, variable.column))


def _group(draft: Draft, name: str, group: Group) -> Iterator[Fault]:
    if group.source not in draft.sources:
        yield unknown_source(draft, ("groups", name, "source"), group.source)
    else:
        yield from check_origin(draft, group, ("groups", name, "from"))
    yield from _holders(draft, name, group)
    if group.standard is not None:
        yield from _standard(draft, name, group, group.standard)
    yield from check_settings(draft, name, group)
    yield from check_refusals(draft, name, group)


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
            yield from check_origin(draft, held, path)
        seen.add(other.source)
    yield from _rule(draft, name, group)


def _rule(draft: Draft, name: str, group: Group) -> Iterator[Fault]:
    """Yield that the rule on whose word counts has nothing by which it could choose."""
    held = [each for each in (group.held_in(source) for source in draft.sources) if each]
    path: Path = ("groups", name, "rule")
    if not group.also:
        return
    if group.rule == "latest" and any(each.on is None for each in held):
        message = "the latest source can only be told where each says of which day it speaks"
        yield draft.fault("C152", path, message, "write  on: ...  for each source that holds it")
    elif group.rule == "self_report_first" and "self_reported" not in {
        each.collected for each in held
    }:
        message = "no source of it is said to be self-reported"
        fix = "write  collected: self_reported  for the source in which people said it themselves"
        yield draft.fault("C152", path, message, fix)


def _standard(draft: Draft, name: str, group: Group, standard: str) -> Iterator[Fault]:
    path = ("groups", name, "standard")
    names = tuple(dict.fromkeys([*LISTS_BY_NATION, *STANDARD_NAMES]))
    if standard not in names:
        meant = nearest(standard, names)
        fix = f"write  standard: {meant}" if meant else f"write one of: {', '.join(names)}"
        message = f'there is no harmonised list called "{standard[:60]}"'
        yield draft.fault("C140", path, message, fix)
    elif group.from_ == "date_of_birth" and not standard.startswith("age."):
        ages = ", ".join(each for each in names if each.startswith("age."))
        message = f"a date of birth gives ages, and {standard} is no list of ages"
        yield draft.fault("C140", path, message, f"write one of: {ages}")
    else:
        yield from _nation(draft, name, group, standard)


def _nation(draft: Draft, name: str, group: Group, standard: str) -> Iterator[Fault]:
    """Yield that a list has to be chosen by nation, or that the nation has none."""
    lists = LISTS_BY_NATION.get(standard, {})
    path: Path = ("groups", name, "nation")
    if group.nation is None:
        if standard not in STANDARD_NAMES:
            message = f"each nation has its own list of {standard}"
            fix = f"write  nation: ...  with one of: {', '.join(lists)}"
            yield draft.fault("C149", ("groups", name, "standard"), message, fix)
    elif not lists:
        message = f"{standard} is one list, and none is chosen by nation"
        yield draft.fault("C137", path, message, "remove nation", key=True)
    elif group.nation not in lists:
        message = f"no list of {standard} is known for {group.nation}"
        fix = "leave standard and nation out, and say with  values: ...  what the codes mean"
        yield draft.fault("C149", path, message, fix)


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

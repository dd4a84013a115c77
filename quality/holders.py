"""Who holds a characteristic, of what it is made, who said so and by which list: in words."""

from collections.abc import Iterator, Mapping

from linkage.characteristics.equality_act import NINE, Protected, protected_of
from linkage.characteristics.standards import standard
from linkage.config.schema import Group

NOT_STATED = "not stated"
_CONFIDENCE = {
    "found": "read where it was published",
    "found_partial": "read in part where it was published: check",
    "our_advice": "our own list",
    "unsure": "list unsure: check",
}
_COLLECTED = {
    "self_reported": "self-reported",
    "proxy": "by someone else for the person (proxy)",
    "administrative": "by an administration",
    "derived": "derived",
    None: NOT_STATED,
}


def protected(name: str, group: Group) -> Protected | None:
    """Return which of the nine of the Equality Act 2010 a characteristic is, if any."""
    return group.protected or protected_of(name, group.harmonised)


def not_held(groups: Mapping[str, Group]) -> tuple[Protected, ...]:
    """Return those of the nine that no characteristic of a run is."""
    held = {protected(name, group) for name, group in groups.items()}
    return tuple(each for each in NINE if each not in held)


def holders(group: Group) -> Iterator[Group]:
    """Yield the characteristic as each source holds it, the first one first."""
    for source in (group.source, *(other.source for other in group.also)):
        yield group.held_in(source) or group


def collected(group: Group) -> str:
    """Return how it was collected; what is made of other columns is derived."""
    made = group.from_ is not None or group.lookup is not None
    return _COLLECTED[group.collected or ("derived" if made else None)]


def made_of(group: Group) -> str:
    """Return of which column or columns it is made."""
    on = "" if group.on is None else f" on {group.on.isoformat()}"
    if group.from_ == "date_of_birth":
        return f"age{on}, from the date of birth"
    if group.from_ == "address":
        return "whether there is a fixed abode, from the address"
    if group.from_ == "household":
        ages = "" if group.on is None else f" and their ages{on}"
        return f"who shares the column {group.column}{ages}"
    looked_up = "" if group.lookup is None else f", looked up in {group.lookup.path.name}"
    return f"column {group.column}{looked_up}"


def listed_by(group: Group) -> str:
    """Return the harmonised list it is read by, and how sure that list is."""
    if group.harmonised is None:
        return "none: the values of the column"
    return f"{group.harmonised}, {_CONFIDENCE[standard(group.harmonised).confidence]}"

"""Which of an owner's columns identify people, and so may leave as encodings only."""

from linkage.characteristics.standards import standard
from linkage.config.columns import parts
from linkage.config.schema import Config, Group
from linkage.errors import Fault, RefusedError
from linkage.sources.selection import origins

_COARSE = "sex"
"""The role that tells too little to be an identifier: the linkage unit can read its token."""


def identifiers(config: Config, source: str) -> tuple[str, ...]:
    """Return the names of what is encoded, as the source has them and as roles, and of its id."""
    held = config.sources[source]
    roles = [role for role in held.columns if role != _COARSE and _encoded(config, role)]
    names = {name for role in roles for name in (role, *origins(held.columns[role]))}
    return tuple(sorted({*names, held.id}))


def require_groups(config: Config, source: str) -> None:
    """Refuse groups whose labels would be identifiers in clear text.

    Raises
    ------
    RefusedError
        R515, for each group that is the column of an encoded role, or the id, as it stands.
    """
    forbidden = identifiers(config, source)
    own = {name: group.held_in(source) for name, group in config.groups.items()}
    faults = [
        Fault(
            "R515",
            f"the group {name} would send the column {group.column} in clear text, "
            "and it is one of the identifiers that are encoded",
            "remove the group, or make it of another column",
            path=f"groups.{name}",
        )
        for name, group in own.items()
        if group is not None and _as_it_stands(group) and group.column in forbidden
    ]
    if faults:
        raise RefusedError(faults)


def trees(config: Config) -> dict[str, dict[str, str]]:
    """Return the heading of each label, for the groups that may be rolled up."""
    return {
        name: dict(standard(group.harmonised).roll_up)
        for name, group in config.groups.items()
        if group.harmonised is not None and group.roll_up == "when_small"
    }


def _encoded(config: Config, role: str) -> bool:
    privacy = config.privacy
    fields = () if privacy is None else (*privacy.fields, *privacy.numbers)
    return not {role, *parts(role)}.isdisjoint(fields)


def _as_it_stands(group: Group) -> bool:
    return group.from_ is None and group.harmonised is None and group.lookup is None

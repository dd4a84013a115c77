"""Do the values of a group as they stand hide people. Whether a split has only two is seen later.

The first rows of a large source tell which names stand there, and not which do not: that a column
holds White and everyone else only is known when all of it is read.
"""

from collections.abc import Iterator

from linkage.characteristics.refusals import one_name_for_all
from linkage.config.loader import Loaded
from linkage.config.nodes import Path
from linkage.config.schema import Group
from linkage.config.source_profile import Profile
from linkage.errors import Fault


def columns_as_they_stand(loaded: Loaded, name: str) -> dict[str, str]:
    """Return the columns of a source whose values become groups as they are, with their groups."""
    return {
        held.column: group
        for group, configured in loaded.config.groups.items()
        if (held := configured.held_in(name)) is not None
        if held.column is not None and _is_free(held)
    }


def check_group_values(loaded: Loaded, name: str, found: Profile) -> Iterator[Fault]:
    """Yield a fault for every group that calls all ethnic minorities by one name."""
    for column, group in columns_as_they_stand(loaded, name).items():
        written = loaded.config.groups[group].values.items()
        meanings = {code.strip().upper(): meaning for code, meaning in written}
        texts = found.texts.get(column, ())
        values = (meanings.get(text.strip().upper(), text) for text in texts)
        if any(map(one_name_for_all, values)):
            path: Path = ("groups", group, "column")
            message = f"the group {group} calls all ethnic minorities by one name in {name}"
            fix = "take a column with each ethnic group, or write  allow_binary:  with the reason"
            yield loaded.fault("D322", path, message, fix)


def _is_free(group: Group) -> bool:
    as_written = group.harmonised is None and group.from_ is None and group.lookup is None
    return as_written and group.allow_binary is None

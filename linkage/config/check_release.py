"""Can a release be opened to the group of those who check it."""

from collections.abc import Iterator

from linkage.config.document import Document
from linkage.config.schema import Config
from linkage.errors import Fault
from linkage.runs.sharing import closed_to, group_id, is_member

_PATH = ("disclosure", "release_group")


def check_release(config: Config, document: Document) -> Iterator[Fault]:
    """Yield why the release group of ``config`` could not read what this user releases."""
    name = config.disclosure.release_group
    if name is None:
        return
    group = group_id(name)
    if group is None:
        message = "there is no Unix group of this name on this machine"
        fix = "write one that  getent group  lists, or have it made:  groupadd NAME"
        yield document.fault("C212", _PATH, message, fix)
        return
    if not is_member(group):
        message = "the user who runs this is not a member of the release group"
        fix = "have the user added:  usermod -aG GROUP USER , then log in again"
        yield document.fault("C213", _PATH, message, fix)
        return
    for folder in closed_to(group, config.output, config.name):
        message = f"the release group cannot go through {folder}, which is not this user's alone"
        fix = "have the folder opened to the group, or set output to another"
        yield document.fault("C214", _PATH, message, fix)

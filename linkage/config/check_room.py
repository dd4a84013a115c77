"""Are the users of the roles, and the keys that sign, on this machine."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from linkage.config.document import Document
from linkage.config.schema import Governance
from linkage.errors import Fault
from linkage.runs.users import user_id


def check_room(said: Governance, document: Document) -> Iterator[Fault]:
    """Yield which user there is not, and which file for signatures cannot be used."""
    roles = {} if said.roles is None else said.roles.model_dump()
    for role, users in roles.items():
        for user in users:
            if user_id(user) is None:
                message = "a user of the roles is not known on this machine"
                fix = "write one that  getent passwd  lists, or the number of a user"
                yield document.fault("C354", ("governance", "roles", role), message, fix)
    if said.signing_key is not None and (why := _why_no_key(said.signing_key)):
        fix = "make one with  ssh-keygen -t ed25519 -N '' -f FILE , for the runner alone (0600)"
        yield document.fault("C355", ("governance", "signing_key"), why, fix)
    signers = said.allowed_signers
    if signers is not None and not (signers.is_file() and os.access(signers, os.R_OK)):
        message = "the file of allowed signers cannot be read"
        fix = "write it: a line  NAME KEY  for each, KEY being the content of a .pub file"
        yield document.fault("C355", ("governance", "allowed_signers"), message, fix)


def _why_no_key(path: Path) -> str | None:
    try:
        found = path.stat()
    except OSError:
        return "the signing key is not there, or cannot be reached"
    if not stat.S_ISREG(found.st_mode) or not os.access(path, os.R_OK):
        return "the signing key cannot be read"
    if found.st_mode & 0o077:
        return "the signing key may be read by other users"
    return None

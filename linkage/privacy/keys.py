"""The key of a project: what it is, and what is derived from it."""

import hmac
from dataclasses import dataclass, field

from linkage.errors import Fault, RefusedError
from linkage.privacy.derive import hkdf, named

BYTES = 32
"""Bytes of a key, all of them random: a passphrase is no key."""

_CHECK = 8


def same_check(one: str, other: str) -> bool:
    """Tell whether two checks are of one key, in a time that does not depend on what they are."""
    return hmac.compare_digest(one.encode(), other.encode())


@dataclass(frozen=True, eq=False)
class Key:
    """The key of one project. What it prints does not hold its bytes, and it is never compared.

    ``generation`` counts the rotations of a project's key, from 1.
    """

    project: str
    generation: int
    _secret: bytes = field(repr=False)

    @property
    def check(self) -> str:
        """What two owners compare to see that they hold one key: 16 hexadecimal digits.

        It tells nothing of a key of 32 random bytes; of a passphrase it would.
        """
        message = named("check", self.project)
        return hmac.digest(self._secret, message, "sha256")[:_CHECK].hex()

    def has_check(self, check: str) -> bool:
        """Tell, in a time that does not depend on ``check``, whether it is this key's."""
        return same_check(self.check, check)

    def derive(self, schema_hash: str, field_name: str, purpose: str, length: int = 32) -> bytes:
        """Return the key for one purpose of one field under one schema of the project."""
        info = named("link/v1", self.project, schema_hash, field_name, purpose)
        return hkdf(self._secret, b"", info, length)

    def require(self, project: str) -> None:
        """Refuse to serve another project.

        Raises
        ------
        RefusedError
            R504.
        """
        if self.project != project:
            message = f"the key is of project {self.project}, the configuration of {project}"
            fix = "give the key of this project; a key serves one project alone"
            raise RefusedError(Fault("R504", message, fix))

    def __reduce__(self) -> str:
        """Refuse to be pickled, which would write the bytes."""
        raise TypeError("a key is not pickled")

"""Signatures of manifests by the room's key, made and checked by OpenSSH's ``ssh-keygen``.

A manifest holds the hash of every file of its run and the head of its audit log, so that one
signature stands for all of them.
"""

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from linkage.errors import ConfigError, Fault
from linkage.runs.publish import publish

NAMESPACE = "linkage-run"
"""What the signatures are for: one that was made for something else does not count."""

SIGNATURE = "manifest.json.sig"


def sign(key: Path, data: bytes) -> bytes:
    """Return the signature of ``data`` by the private key in the file ``key``.

    Raises
    ------
    ConfigError
        R603 when it cannot be made.
    """
    done = _keygen(["-Y", "sign", "-f", str(key), "-n", NAMESPACE], data)
    if done is None or done.returncode != 0:
        why = "there is no ssh-keygen" if done is None else "ssh-keygen cannot sign with this key"
        fix = "install OpenSSH's ssh-keygen, or name a private key that has no passphrase"
        raise ConfigError(Fault("R603", why, fix, file=key, path="governance.signing_key"))
    return done.stdout


def signed_manifest(root: Path, key: Path | None, data: bytes) -> set[str]:
    """Publish the manifest ``data`` in ``root`` and, with a ``key``, its signature beside it.

    Returns
    -------
    set[str]
        The files that were written.
    """
    signature = None if key is None else sign(key, data)
    publish(root / "manifest.json", data)
    if signature is None:
        return {"manifest.json"}
    publish(root / SIGNATURE, signature)
    return {"manifest.json", SIGNATURE}


def signer(signers: Path, signature: Path, data: bytes, at: str) -> str | None:
    """Return who of the allowed ``signers`` signed ``data``; None where nobody of them did.

    Parameters
    ----------
    at
        When it was signed: a key counts that was allowed then.
    """
    try:
        time = f"-Overify-time={datetime.fromisoformat(at).astimezone(UTC):%Y%m%d%H%M%SZ}"
    except ValueError:  # a manifest that somebody wrote
        return None
    files = ["-s", str(signature), "-f", str(signers)]
    found = _keygen(["-Y", "find-principals", *files, time], b"")
    if found is None or found.returncode != 0:
        return None
    for name in found.stdout.decode(errors="replace").split():
        of = ["-Y", "verify", *files, "-I", name, "-n", NAMESPACE, time]
        done = _keygen(of, data)
        if done is not None and done.returncode == 0:
            return name
    return None


def _keygen(arguments: list[str], data: bytes) -> subprocess.CompletedProcess[bytes] | None:
    """Call ssh-keygen, which may ask nobody for anything; None where there is none."""
    try:
        return subprocess.run(  # noqa: S603 - no shell, and paths of the configuration
            ["ssh-keygen", *arguments],  # noqa: S607 - wherever the system has it
            input=data,
            capture_output=True,
            check=False,
            env=_environment(),
            start_new_session=True,  # without a terminal no passphrase can be asked for
        )
    except FileNotFoundError:
        return None


def _environment() -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C"}

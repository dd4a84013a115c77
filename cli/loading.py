"""A configuration ready to be run: approved, checked against its data, its warnings shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.show import show_faults

if TYPE_CHECKING:
    from linkage.config.loader import Loaded


def load_checked(path: Path) -> Loaded:
    """Return the configuration at ``path``; say on standard error what is doubtful in it.

    Raises
    ------
    ConfigError, DataError, RefusedError
        With everything that is wrong in it, or as :func:`check` does.
    """
    from linkage.config.loader import load

    loaded = load(path)
    check(loaded)
    return loaded


def check(loaded: Loaded) -> None:
    """Prove that a configuration may be worked on and fits its data; say what is doubtful.

    Raises
    ------
    RefusedError
        As :func:`permit` does, before any data are read.
    ConfigError, DataError
        With everything that is wrong between it and the data.
    """
    from linkage.config.against_data import require

    permit(loaded)
    warnings = [*loaded.warnings, *require(loaded)]
    if warnings:
        show_faults(warnings)


def permit(loaded: Loaded) -> None:
    """Prove that a configuration may be worked on today, by this user; say what ends soon.

    Raises
    ------
    RefusedError
        Where no valid approval covers it, or its roles do not allow it.
    """
    from linkage.governance.permission import require_permission

    if warnings := require_permission(loaded.config, loaded.fault, loaded.path):
        show_faults(warnings)

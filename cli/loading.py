"""A configuration ready to be run: read, checked against its data, its warnings shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.show import show_faults

if TYPE_CHECKING:
    from linkage.config.loader import Loaded


def load_permitted(path: Path) -> Loaded:
    """Return the configuration at ``path``, which today and by this user may be worked on.

    Raises
    ------
    ConfigError
        With everything that is wrong in it.
    RefusedError
        Where no valid approval covers it, or its roles do not allow it.
    """
    from linkage.config.loader import load
    from linkage.governance.permission import require_permission

    loaded = load(path)
    if warnings := require_permission(loaded.config, loaded.fault, loaded.path):
        show_faults(warnings)
    return loaded


def load_checked(path: Path) -> Loaded:
    """Return the configuration at ``path``; say on standard error what is doubtful in it.

    Raises
    ------
    ConfigError, DataError
        With everything that is wrong in it, or between it and the data.
    RefusedError
        Before any data are read, where they may not be.
    """
    from linkage.config.against_data import require

    loaded = load_permitted(path)
    warnings = [*loaded.warnings, *require(loaded)]
    if warnings:
        show_faults(warnings)
    return loaded

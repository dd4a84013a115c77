"""A configuration ready to be run: read, checked against its data, its warnings shown."""

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
    ConfigError, DataError
        With everything that is wrong in it, or between it and the data.
    """
    from linkage.config.against_data import require
    from linkage.config.loader import load

    loaded = load(path)
    warnings = [*loaded.warnings, *require(loaded)]
    if warnings:
        show_faults(warnings)
    return loaded

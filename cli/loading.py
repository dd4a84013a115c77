"""A configuration ready to be run: approved, checked against its data, its warnings shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cli.show import show_faults

if TYPE_CHECKING:
    from linkage.config.loader import Loaded
    from linkage.config.schema import Config


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
    from linkage.errors import ConfigError, DataError
    from linkage.execution import fitted_before

    permit(loaded)
    try:
        warnings = [*loaded.warnings, *require(loaded)]
    except ConfigError as error:
        if (changed := fitted_before(loaded.config)) is None:
            raise
        raise DataError([changed, *error.faults]) from None
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


def warn_of_clock(config: Config) -> None:
    """Say on standard error when the clock went back since the newest run."""
    from linkage.execution import home_of
    from linkage.runs.clock import went_back

    if (warning := went_back(home_of(config), datetime.now(UTC))) is not None:
        show_faults([warning])

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
    from linkage.errors import ConfigError, DataError
    from linkage.execution import fitted_before

    loaded = load(path)
    try:
        warnings = [*loaded.warnings, *require(loaded)]
    except ConfigError as error:
        if (changed := fitted_before(loaded.config)) is None:
            raise
        raise DataError([changed, *error.faults]) from None
    if warnings:
        show_faults(warnings)
    return loaded


def warn_of_clock(config: Config) -> None:
    """Say on standard error when the clock went back since the newest run."""
    from linkage.execution import home_of
    from linkage.runs.clock import went_back

    if (warning := went_back(home_of(config), datetime.now(UTC))) is not None:
        show_faults([warning])

"""``link validate CONFIG``: everything that is wrong with a configuration, at once."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.show import show_faults
from linkage.errors import ConfigError, Exit, Fault


def validate(
    config: Annotated[Path, typer.Argument(help="The configuration, a YAML file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    no_data: Annotated[
        bool, typer.Option("--no-data", help="Do not look at the files that it names.")
    ] = False,
) -> int:
    """Check a configuration, and that it fits the data it names. Nothing is run or written."""
    faults = _faults(config, look_at_data=not no_data)
    errors = [fault for fault in faults if fault.severity == "error"]
    if as_json:
        record = {
            "config": str(config),
            "valid": not errors,
            "faults": [fault.as_record() for fault in faults],
        }
        typer.echo(json.dumps(record, indent=2))
    elif faults:
        show_faults(faults)
    if not errors and not as_json:
        typer.echo(f"{config} is a valid configuration")
    return _exit(errors)


def _faults(config: Path, look_at_data: bool) -> tuple[Fault, ...]:
    from linkage.config.loader import examine, in_order

    try:
        examined = examine(config)
    except ConfigError as error:
        return error.faults
    if examined.loaded is None or not look_at_data:
        return examined.faults
    from linkage.config.against_data import check

    return in_order([*examined.faults, *check(examined.loaded)])


def _exit(errors: list[Fault]) -> Exit:
    """Return 2 when the configuration must change, 3 when only the data must."""
    if not errors:
        return Exit.DONE
    return Exit.DATA if all(fault.code.startswith("D") for fault in errors) else Exit.USAGE

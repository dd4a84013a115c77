"""``link schema``: the JSON Schema of a configuration, for editors."""

import json

import typer


def schema() -> None:
    """Print the JSON Schema of a configuration, for editors that check while you type."""
    from linkage.config.json_schema import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))

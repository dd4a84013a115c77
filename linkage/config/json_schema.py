"""The JSON Schema of a configuration, for editors, and what it says of a section's settings.

A configuration is what ``link run`` reads; other files that are read the same way have a model of
their own.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from linkage.config.kinds import Section
from linkage.config.nodes import Path
from linkage.config.schema import Config

Schema = Mapping[str, Any]


@cache
def json_schema(model: type[Section] = Config) -> Schema:
    """Return the JSON Schema (2020-12) of a configuration, as ``link schema`` writes it."""
    schema = model.model_json_schema(by_alias=True, mode="validation")
    about = {"title": "A configuration of the linkage toolkit"} if model is Config else {}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, **about}


def settings_at(path: Path, model: type[Section] = Config) -> dict[str, Schema]:
    """Return the settings that the section at ``path`` may hold, by name."""
    root = json_schema(model)
    found = list(_alternatives(root, root))
    for part in path:
        found = [deeper for schema in found for deeper in _step(schema, part, root)]
    return {
        name: setting for schema in found for name, setting in schema.get("properties", {}).items()
    }


def sections_with(name: str, model: type[Section] = Config) -> tuple[str, ...]:
    """Return the sections that hold a setting called ``name``, for one that stands elsewhere."""
    root = json_schema(model)
    return tuple(dict.fromkeys(path for path, key in _settings(root, "", root) if key == name))


def _alternatives(schema: Schema, root: Schema) -> Iterator[Schema]:
    """Yield the schemas that a value may follow, references into ``root`` followed."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    yield schema
    for option in schema.get("anyOf", ()):
        yield from _alternatives(option, root)


def _step(schema: Schema, part: str | int, root: Schema) -> Iterator[Schema]:
    if isinstance(part, int):
        deeper = schema.get("items")
    else:
        deeper = schema.get("properties", {}).get(part, _of_any_name(schema))
    if isinstance(deeper, dict):
        yield from _alternatives(deeper, root)


def _of_any_name(schema: Schema) -> Any:  # noqa: ANN401 - a piece of JSON Schema
    """Return what the values of a section with names of the user's own must be."""
    named = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
    return named[0]


def _settings(schema: Schema, path: str, root: Schema) -> Iterator[tuple[str, str]]:
    for option in _alternatives(schema, root):
        for name, setting in option.get("properties", {}).items():
            yield path, name
            yield from _settings(setting, f"{path}.{name}".removeprefix("."), root)
        for deeper, mark in ((_of_any_name(option), ".<name>"), (option.get("items"), "[]")):
            if isinstance(deeper, dict):
                yield from _settings(deeper, f"{path}{mark}", root)

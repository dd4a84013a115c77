"""Changes to a configuration that leave it YAML: settings gone, moved, or of other values."""

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from ruamel.yaml import YAML

from linkage.config.json_schema import json_schema

Place = tuple[dict[str, Any] | list[Any], Any]
"""What holds a value, and under which key or index."""


def tree(data: bytes, draw: random.Random) -> bytes:
    """Return the configuration in ``data`` with one setting changed."""
    document = YAML(typ="safe").load(data)
    holder, at = draw.choice(list(_places(document)))
    change = draw.choice((_other, _other, _scaled, _scaled, _removed, _repeated, _chosen, _chosen))
    change(document, holder, at, draw)
    return json.dumps(document, indent=1, default=str).encode()


def _places(value: Any) -> Iterator[Place]:  # noqa: ANN401 - YAML has no one type
    held = value.items() if isinstance(value, dict) else enumerate(value)
    for at, inner in held:
        yield value, at
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _other(document: Any, holder: Any, at: Any, draw: random.Random) -> None:  # noqa: ANN401
    """Give it what another setting has."""
    other, of = draw.choice(list(_places(document)))
    holder[at] = deepcopy(other[of])


def _scaled(document: Any, holder: Any, at: Any, draw: random.Random) -> None:  # noqa: ANN401
    """Give a number another, and turn what is not one off or on."""
    value = holder[at]
    if isinstance(value, bool) or not isinstance(value, int | float):
        holder[at] = draw.choice((None, True, False, [], {}))
    else:
        holder[at] = draw.choice((0, 1, -value, value + 1, value * 10, value / 10, value * 10**9))


def _removed(document: Any, holder: Any, at: Any, draw: random.Random) -> None:  # noqa: ANN401
    del holder[at]


def _repeated(document: Any, holder: Any, at: Any, draw: random.Random) -> None:  # noqa: ANN401
    """Let it stand twice: in a list, or under the name of another."""
    if isinstance(holder, list):
        holder.append(deepcopy(holder[at]))
    else:
        holder[draw.choice(list(holder))] = deepcopy(holder[at])


def _chosen(document: Any, holder: Any, at: Any, draw: random.Random) -> None:  # noqa: ANN401
    """Give it one of the words that any setting may be."""
    holder[at] = draw.choice(_choices())


@cache
def _choices() -> list[str]:
    return sorted({word for word in _enumerated(json_schema()) if isinstance(word, str)})


def _enumerated(schema: Any) -> Iterator[object]:  # noqa: ANN401
    for key, value in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if key == "enum":
            yield from value
        elif key == "const":
            yield value
        elif isinstance(value, dict | list):
            yield from _enumerated(value)

"""Static SQL statements, and the one way to put a name into them."""

from functools import cache
from importlib.resources import files
from string import Template


class _Statement(Template):
    """``@@{name}`` is an identifier, quoted on the way in; ``$name`` stays DuckDB's own."""

    delimiter = "@@"


def identifier(name: str) -> str:
    """Quote ``name`` as an SQL identifier: ``a"b`` becomes ``"a""b"``."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote ``text`` as an SQL string, for the few places that take no bound value."""
    return "'" + text.replace("'", "''") + "'"


@cache
def _template(name: str) -> _Statement:
    return _Statement(files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8"))


def statement(name: str, **names: str) -> str:
    """Return the statement in ``name``.sql with its identifiers filled in and quoted."""
    return _template(name).substitute({key: identifier(value) for key, value in names.items()})

"""The ways to put a name or a text into SQL; every other value is bound."""


def identifier(name: str) -> str:
    """Quote ``name`` as an SQL identifier: ``a"b`` becomes ``"a""b"``."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote ``text`` as an SQL string, for the few places that take no bound value."""
    return "'" + text.replace("'", "''") + "'"

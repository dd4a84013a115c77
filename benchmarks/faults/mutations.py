"""Small changes to files, drawn at random: what an editor, a disk or an ill will does to them."""

import random
import re
from collections.abc import Callable, Sequence

Mutation = Callable[[bytes, random.Random], bytes]

_VALUES = (
    b"", b"~", b"-1", b"0", b"1e999", b".nan", b"99999999999999999999", b"true", b"[]", b"{}",
    b"[[a, b], [c]]", b"{a: {b: c}}", b'"%d/%m/%Y"', b"auto", b"a", b"b", b"sex", b"first_name",
    b"../../x", b"a.csv", b"/dev/null", b"*a", b"&a x", b"!!binary aGk=", b"|",
    b"'; DROP TABLE a; --",
    b"\xff\xfe", b"\x00", "\u202eevil".encode(), "é".encode(), b"x" * 5_000, b"2021-02-30",
    b"0.5", b"1", b"2", b"clusters", b"deduplicate", b"many_to_one", b"exact", b"100%",
)  # fmt: skip
_PIECES = (
    b"\x00",
    b"\xff",
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\t",
    b"PAR1",
    b"\xef\xbb\xbf",
    b"  ",
    b"- ",
    b": ",
)


def _lines(change: Callable[[list[bytes], int, random.Random], None]) -> Mutation:
    """Return a mutation of a line."""

    def mutation(data: bytes, draw: random.Random) -> bytes:
        lines = data.split(b"\n")
        change(lines, draw.randrange(len(lines)), draw)
        return b"\n".join(lines)

    return mutation


def _drop(lines: list[bytes], at: int, draw: random.Random) -> None:
    del lines[at]


def _repeat(lines: list[bytes], at: int, draw: random.Random) -> None:
    lines.insert(at, lines[at])


def _move(lines: list[bytes], at: int, draw: random.Random) -> None:
    lines.insert(draw.randrange(len(lines)), lines.pop(at))


def _indent(lines: list[bytes], at: int, draw: random.Random) -> None:
    lines[at] = b" " * draw.randrange(6) + lines[at].lstrip()


def _value(data: bytes, draw: random.Random) -> bytes:
    """Put another value in place of one: after a colon, between commas or brackets."""
    places = list(re.finditer(rb"(?<=[:,\[{] )[^\n,\]}]+|(?<=[\[{])[^\n,\]}: ]+|[^\n,]+", data))
    if not places:
        return data
    place = draw.choice(places)
    return data[: place.start()] + draw.choice(_VALUES) + data[place.end() :]


def _word(data: bytes, draw: random.Random) -> bytes:
    """Put a word of the file in place of another."""
    places = list(re.finditer(rb"\w+", data))
    if not places:
        return data
    place, other = draw.choice(places), draw.choice(places)
    return data[: place.start()] + other.group() + data[place.end() :]


def _bit(data: bytes, draw: random.Random) -> bytes:
    changed = bytearray(data)
    if changed:
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _cut(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(len(data) + 1)]


def _lose(data: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(data) + 1)
    return data[:start] + data[start + draw.randint(1, 200) :]


def _insert(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) + 1)
    return data[:at] + draw.choice(_PIECES) * draw.choice((1, 1, 1, 300)) + data[at:]


def _blank(data: bytes, draw: random.Random) -> bytes:
    """Let a page be read as zeros, as failing disks do."""
    at = draw.randrange(len(data) + 1)
    n = min(512, len(data) - at)
    return data[:at] + bytes(n) + data[at + n :]


ANYWHERE: Sequence[Mutation] = (_bit, _cut, _lose, _insert, _blank)
IN_TEXT: Sequence[Mutation] = (
    _value, _value, _value, _word, _word, *map(_lines, (_drop, _repeat, _move, _indent)), *ANYWHERE,
)  # fmt: skip


def mutated(data: bytes, mutations: Sequence[Mutation], draw: random.Random) -> bytes:
    """Return ``data`` with one to three changes."""
    for _ in range(draw.choice((1, 1, 2, 3))):
        data = draw.choice(mutations)(data, draw)
    return data

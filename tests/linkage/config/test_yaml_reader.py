"""YAML 1.2, the plain part of it, with places."""

import time
from itertools import pairwise

import pytest

from linkage.config.nodes import Mark, find, plain
from linkage.config.scalars import resolve
from linkage.config.yaml_reader import read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("12:30:00", "12:30:00"),
        ("2020-04-01", "2020-04-01"),
        ("1_000", "1_000"),
        ("0123", 123),
        ("0o17", 15),
        ("0x1F", 31),
        ("-4", -4),
        ("1e6", 1_000_000.0),
        (".5", 0.5),
        ("True", True),
        ("false", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("nUll", "nUll"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_plain_scalars_follow_the_core_schema(text, value):
    found = resolve(text)
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


def test_numbers_remember_how_they_were_written():
    assert resolve("0123").text == "0123"
    assert resolve("1.50").text == "1.50"


def test_quoted_scalars_are_text():
    root = read("a: '1'\nb: \"true\"\nc: |\n  2\n").root
    assert plain(root) == {"a": "1", "b": "true", "c": "2\n"}


def test_every_value_and_key_knows_its_place():
    root = read("a:\n  - {b: c, d: [1, 22]}\n").root
    assert find(root, ("a", 0, "b")).mark == Mark(2, 9, 1)
    assert find(root, ("a", 0, "d", 1)).mark == Mark(2, 19, 2)
    assert root.entries["a"].mark == Mark(1, 1, 1)


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\na: 2\n", "C105", 2, 1),
        ("a: 1\n'a': 2\n", "C105", 2, 1),
        ("b: {1: x, '1': y}\n", "C105", 1, 11),
        ("a: &x 1\n", "C106", 1, 4),
        ("a: *x\n", "C106", 1, 4),
        ("<<: {a: 1}\n", "C106", 1, 1),
        ("a: !!int 1\n", "C107", 1, 4),
        ("a: !python/object:os.system {}\n", "C107", 1, 4),
        ("%YAML 1.1\n---\na: 1\n", "C107", 1, 1),
        ("a: " + "[" * 25, "C108", 1, 23),
        ("a: 1\n---\nb: 2\n", "C109", 2, 1),
        ("a: 1\n...\nb: 2\n", "C109", 3, 1),
        ("a:\n\t- b\n", "C102", 2, 1),
        ("a: [1, 2\nb: 3\n", "C102", 1, 4),
        ("a: {b: 1\n", "C102", 1, 4),
        ('a: "b\nc: d\n', "C102", 1, 4),
        ('a: "b\nc: "%d"\n', "C102", 1, 4),
        ("a: b: c\n", "C102", 1, 5),
        ("a: 1\nb\nc: 2\n", "C102", 2, 1),
        ("a:\n  - x\n - y\n", "C102", 3, 2),
        ("a: %x\n", "C102", 1, 4),
        ('a: "C:\\data"\n', "C102", 1, 8),
        ("? [a]\n: b\n", "C102", 1, 3),
        ('"\\UFFFFFFFF"', "C102", 1, 1),
    ],
)
def test_what_is_refused_is_found_where_it_stands(text, code, line, column):
    slip = read(text).slips[0]
    assert (slip.code, slip.mark.line, slip.mark.column) == (code, line, column)


def test_no_word_of_the_parser_is_shown():
    for text in ("a: [1", "a: 'x", "a: @", "- a\nb: c", "a: 1\n b: 2", "&a &b x", "key: |9\n x"):
        for slip in read(text).slips:
            assert "token" not in slip.message
            assert "scanning" not in slip.message
            assert "<" not in slip.message


def test_quoted_double_arrow_is_a_plain_key():
    assert read("'<<': 1\n").slips == []


def test_the_second_of_two_equal_sections_adds_what_is_new():
    reading = read("a: {b: 1}\na: {b: 2, c: 3}\n")
    assert plain(reading.root) == {"a": {"b": 1, "c": 3}}


ALIASES = "a: &a [x, x]\n" + "".join(
    f"{after}: &{after} [*{before}, *{before}]\n" for before, after in pairwise("abcdefghijklmnop")
)


@pytest.mark.parametrize(
    "bomb",
    [
        ALIASES,
        "[" * 500_000,
        "{a: " * 200_000,
        "- " * 300_000,
        "a: '" + "x" * 900_000,
        "? " * 200_000,
    ],
    ids=["aliases", "brackets", "braces", "dashes", "text", "keys"],
)
def test_bombs_are_refused_quickly(bomb):
    start = time.process_time()
    reading = read(bomb)
    assert reading.slips
    assert time.process_time() - start < 5

"""How a fault looks: where, what, the line with carets, what to write, where to read more."""

from pathlib import Path

from linkage.config.diagnostics import render, summary
from linkage.errors import Fault

FAULT = Fault(
    "C104",
    'kind is "jarowinkler"',
    "write  kind: jaro_winkler",
    file=Path("config.yaml"),
    line=11,
    column=11,
    path="comparisons[surname].kind",
    source_line="  - kind:  jarowinkler",
    width=11,
)


def test_a_whole_fault():
    assert render(FAULT).split("\n") == [
        "config.yaml:11:11  C104  not one of the choices              at comparisons[surname].kind",
        "   11 |   - kind:  jarowinkler",
        "      |           ^^^^^^^^^^^",
        '   kind is "jarowinkler".',
        "   Fix: write  kind: jaro_winkler",
        "   See: docs/reference/errors.md#c104",
    ]


def test_a_fault_without_a_file_or_a_page():
    assert render(Fault("X999", "something is wrong")) == "X999\n   something is wrong."


def carets(line: str, column: int, width: int) -> tuple[str, str]:
    shown = render(
        Fault("C104", "", file=Path("f"), line=1, column=column, source_line=line, width=width)
    )
    _, source, under, *_ = shown.split("\n")
    return source.partition("| ")[2], under.partition("| ")[2]


def test_carets_stand_under_what_is_wrong():
    assert carets("\tname: x", 8, 1) == ("\tname: x", "\t      ^")
    assert carets("名前: x", 5, 1) == ("名前: x", "      ^")
    assert carets("a: 名前", 4, 2) == ("a: 名前", "   ^^^^")
    assert carets("e\u0301: x", 5, 1) == ("e\u0301: x", "   ^")


def test_a_long_line_is_cut_around_what_is_wrong():
    line = "x" * 5000 + "WRONG" + "y" * 5000
    source, under = carets(line, 5001, 5)
    assert len(source) <= 120
    assert source[under.index("^") :].startswith("WRONG")


def test_nothing_can_steer_the_terminal():
    shown = render(Fault("C104", "a\x1b[2Jb\nc", "\x07", Path("x\x1b"), 1, 1, "p\u202e", "l\x9b"))
    assert not any(char in shown for char in "\x1b\x07\x9b\u202e")


def test_summary_counts_errors_and_warnings():
    warning = Fault("C202", "", severity="warning")
    assert summary((FAULT, FAULT, warning)) == "2 errors, 1 warning"
    assert summary((FAULT,)) == "1 error"
    assert summary(()) == "no faults"

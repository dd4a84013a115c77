"""Whatever the file holds, the answer is a configuration or faults, never an exception of ours."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkage.config.diagnostics import CATALOGUE, render
from linkage.config.json_schema import settings_at
from linkage.config.loader import examine
from linkage.errors import ConfigError

VALID = (Path(__file__).parent / "cases" / "valid.yaml").read_text(encoding="utf-8")
LINES = VALID.split("\n")
NAMES = sorted({"census", "register", "first_name", *settings_at(()), *settings_at(("linkage",))})
KINDS = ("census", "-1", "0.5", "true", "~", "[]", "{}", "[a, b]", "{a: 1}", '"%d/%m/%Y"', "auto")

shared = settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config.yaml"


def answers(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        faults = examine(path).faults
    except ConfigError as error:
        faults = error.faults
        assert faults
    for fault in faults:
        assert fault.code in CATALOGUE
        assert "Input should be" not in fault.message
        shown = render(fault)
        assert "\x1b" not in shown
        lines = shown.split("\n")
        assert all(line.isprintable() or "\t" in line for line in lines)


@shared
@given(data=st.binary(max_size=300))
def test_any_bytes(path, data):
    answers(path, data)


@shared
@given(
    text=st.text(
        st.sampled_from("ab:- \n\t{}[],'\"#&*!|>%@`?0.~\\\u00a0é\u2028\U0001f600"), max_size=120
    )
)
def test_any_text_of_signs(path, text):
    answers(path, text.encode())


@shared
@given(
    at=st.integers(0, len(LINES) - 1),
    line=st.builds(
        "{}{}: {}".format,
        st.sampled_from(["", "  ", "    ", "      ", "   "]),
        st.sampled_from(NAMES) | st.text(max_size=8),
        st.sampled_from(KINDS) | st.text(max_size=8),
    ),
    instead=st.booleans(),
)
def test_any_line_in_a_good_file(path, at, line, instead):
    answers(path, "\n".join([*LINES[:at], line, *LINES[at + instead :]]).encode())


@shared
@given(start=st.integers(0, len(VALID)), length=st.integers(1, 200))
def test_any_part_cut_out_of_a_good_file(path, start, length):
    answers(path, (VALID[:start] + VALID[start + length :]).encode())


trees = st.recursive(
    st.sampled_from(["x", "1", "-0.5", "true", "null", '"2020-01-01"', "auto", "1e999", ".nan"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}"
        )
    ),
    max_leaves=8,
)


@shared
@given(section=st.sampled_from(sorted(settings_at(()))), tree=trees)
def test_any_value_in_any_section(path, section, tree):
    others = [line for line in VALID.split("\n") if line]
    start = next((n for n, line in enumerate(others) if line.startswith(f"{section}:")), None)
    if start is not None:
        end = next((n for n in range(start + 1, len(others)) if others[n][0] != " "), len(others))
        del others[start:end]
    answers(path, "\n".join([*others, f"{section}: {tree}"]).encode())

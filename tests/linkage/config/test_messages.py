"""Every code has a case, a golden text and a page, and the texts are as they were."""

from pathlib import Path

import pytest

from linkage.config.diagnostics import CATALOGUE, render, summary
from linkage.config.loader import examine
from linkage.config.pages import errors_page
from linkage.errors import ConfigError

CASES = Path(__file__).parent / "cases"
OF_CODES = sorted([*CASES.glob("c1*.yaml"), *CASES.glob("c35*.yaml"), *CASES.glob("r550.yaml")])


def faults_of(name: str):
    try:
        return examine(Path(name)).faults
    except ConfigError as error:
        return error.faults


@pytest.mark.parametrize("case", OF_CODES, ids=lambda case: case.stem)
def test_message_is_as_it_was(case, golden, monkeypatch):
    monkeypatch.chdir(CASES)
    faults = faults_of(case.name)
    assert {fault.code for fault in faults} == {case.stem.upper()}
    golden(
        case.with_suffix(".txt"), "\n\n".join([*map(render, faults), summary(tuple(faults))]) + "\n"
    )


def test_every_code_of_the_configuration_has_a_case():
    # a file that is not there cannot be written down, nor can the users and keys of a machine
    elsewhere = {"C101", "C354", "C355"}
    assert {case.stem.upper() for case in OF_CODES} | elsewhere == {
        code for code in CATALOGUE if code.startswith(("C1", "C35", "R550"))
    }


def test_every_code_has_its_place_on_the_page():
    page = errors_page()
    for code, entry in CATALOGUE.items():
        assert f"\n### {code}\n" in page
        assert entry.title in page
        assert entry.when.endswith(".")
        assert entry.fix.endswith(("`", "."))


def test_every_fault_says_where_what_and_what_to_write():
    for case in OF_CODES:
        for fault in faults_of(str(case)):
            assert fault.line is not None
            assert fault.column is not None
            assert fault.message
            assert fault.fix
            line = case.read_bytes().decode().split("\n")[fault.line - 1].replace("\xa0", " ")
            assert fault.source_line == line
            assert 1 <= fault.column <= max(len(line), 1)


@pytest.mark.parametrize(
    "missing", ["no_such_file.yaml", ".", "a\0b"], ids=["absent", "folder", "nul"]
)
def test_what_cannot_be_opened_is_one_fault(missing, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (fault,) = faults_of(missing)
    assert fault.code == "C101"

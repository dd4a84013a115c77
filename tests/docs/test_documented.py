"""The documentation says what the program does: every command and option is told of."""

import importlib.util
import re
from pathlib import Path

import pytest

from cli.main import COMMANDS
from linkage.errors import Exit

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_command_and_option_stands_in_the_reference(generate):
    page = generate.commands_page()
    written = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert written == page, "run: python docs/generate.py"
    for command in COMMANDS:
        assert f"## `link {command}`" in page


def test_every_setting_of_a_specification_stands_in_the_reference(generate):
    written = (ROOT / "docs" / "reference" / "specification.md").read_text(encoding="utf-8")
    assert written == generate.specification_page(), "run: python docs/generate.py"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_told_of_outside_the_reference(command):
    told = "".join(page.read_text() for page in PAGES if page.parent.name != "reference")
    assert f"link {command}" in told


def test_every_exit_code_is_told():
    page = (ROOT / "docs" / "how-to" / "resume.md").read_text()
    told = {
        int(number)
        for row in re.findall(r"^\| ([\d, ]+) \|", page, re.M)
        for number in row.split(",")
    }
    assert told == {int(code) for code in Exit}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_between_pages_leads_somewhere(page):
    targets = re.findall(r"\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)", page.read_text())
    assert [t for t in targets if t and not (page.parent / t).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_page_names_a_place_of_one_machine(page):
    assert not re.search(r"(?<![\w.])/(root|home|work|tmp)/", page.read_text())

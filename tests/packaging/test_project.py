"""The files around the packages agree with each other."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("linkage", "quality", "synthetic_data", "cli")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text().splitlines()


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned():
    return {plain(line.partition("==")[0]): line.partition("==")[2] for line in CONSTRAINTS}


def test_constraints_hold_names_and_versions_only():
    assert [line for line in CONSTRAINTS if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert not {"linkage-toolkit", "pip", "setuptools", "wheel"} & set(pinned())


def test_every_dependency_is_pinned():
    extras = PROJECT["optional-dependencies"].values()
    named = [*PROJECT["dependencies"], *(each for extra in extras for each in extra)]
    names = {plain(re.match(r"[\w.-]+", each)[0]) for each in named}
    assert names - set(pinned()) == {PROJECT["name"]}  # its extra for Spark, which the tests need


def imported():
    """Top-level names imported by the packages, tests left out."""
    return {
        match
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for match in re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(), re.MULTILINE)
    }


def test_what_is_imported_is_declared_and_the_other_way_round():
    modules = {"ruamel-yaml": "ruamel"}
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["spark"]]
    names = {plain(re.match(r"[\w.-]+", each)[0]) for each in asked}
    declared = {modules.get(name, name) for name in names}
    used = imported() & (declared | set(map(plain, pinned())) | {"pandas", "splink", "polars"})
    assert declared - {"splink"} == used - {"splink"}  # splink opens what we save


def test_the_changelog_has_an_open_section():
    text = (ROOT / "CHANGELOG.md").read_text()
    assert "## [Unreleased]" in text

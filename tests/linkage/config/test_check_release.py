"""A release group that could not read what is released: one error, before the run."""

import grp
import os

import pytest

from linkage.config import check_release
from linkage.config.against_data import check
from linkage.config.loader import load

NAME, NUMBER = next((each.gr_name, each.gr_gid) for each in grp.getgrall() if each.gr_gid)


@pytest.fixture
def codes(invented):
    """Return a function that says what is wrong where this is the release group."""

    def found(name):
        path = invented / "config.yaml"
        path.write_text(f"{path.read_text()}disclosure: {{release_group: {name}}}\n")
        return [(fault.code, fault.line is not None) for fault in check(load(path))]

    return found


def test_a_group_that_can_read_the_release(codes):
    assert codes(NAME) == []


def test_a_group_that_there_is_not(codes):
    assert codes("no-such-group-here") == [("C212", True)]


def test_a_group_that_the_runner_is_not_in(codes, monkeypatch):
    monkeypatch.setattr(check_release, "is_member", lambda group: False)
    assert codes(NAME) == [("C213", True)]


def test_a_folder_that_the_group_cannot_go_through(codes, invented):
    (invented / "runs").mkdir(mode=0o750)
    os.chown(invented / "runs", -1, 54321)
    (invented / "runs").chmod(0o750)
    assert codes(NAME) == [("C214", True)]

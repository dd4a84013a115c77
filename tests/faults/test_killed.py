"""A run that is killed, at any point, and started again ends as one that was left alone."""

import signal

import pytest

POINTS = [
    f"{when} {stage}"
    for stage in ("ingest", "square", "total", "report")
    for when in ("in", "half", "after")
]


@pytest.fixture
def undisturbed(small, tmp_path, content):
    folder = tmp_path / "undisturbed"
    folder.mkdir()
    (folder / "numbers.csv").write_text((tmp_path / "numbers.csv").read_text())
    assert small(folder=folder).returncode == 0
    return content(folder / "runs" / "small" / "latest")


def test_killed_in_each_stage_resumes_to_the_same(small, undisturbed, content, left_over):
    for point in POINTS:
        killed = small(f"kill:{point}")
        assert killed.returncode == -signal.SIGKILL
        assert not (small.home / "latest").exists()
    resumed = small()
    assert resumed.returncode == 0, resumed.stderr
    assert content(small.home / "latest") == undisturbed
    assert left_over(small.home) == []


def test_what_was_done_before_the_kill_is_not_done_again(small):
    assert small("kill:in total").returncode == -signal.SIGKILL
    said = small().stdout.splitlines()
    assert said[:4] == ["skipped ingest", "skipped square", "did total", "did report"]


def test_killed_at_calls_that_commit(small, undisturbed, content, left_over):
    kill_at_every(small, 9, undisturbed, content, left_over)


@pytest.mark.long
def test_killed_at_every_call_that_commits(small, undisturbed, content, left_over):
    kill_at_every(small, 1, undisturbed, content, left_over)


def kill_at_every(small, step, undisturbed, content, left_over):
    looped = small(f"kill-everywhere:{step}")
    assert looped.returncode == 0, looped.stdout + looped.stderr
    homes = [path / "runs" / "small" for path in small.folder.iterdir() if path.name.isdigit()]
    assert len(homes) > 100 / step
    for home in homes:
        assert content(home / "latest") == undisturbed
        assert left_over(home) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_told_to_stop_leaves_a_state_that_resumes(small, undisturbed, content, number, code):
    started = small("wait:half square", wait=False)
    for line in started.stdout:
        if line.startswith("waiting"):
            started.send_signal(number)
    _, error = started.communicate(timeout=60)
    assert started.returncode == code
    assert "R411" in error
    assert not list(small.home.rglob("*.part"))
    assert small().stdout.startswith("skipped ingest\ndid square")
    assert content(small.home / "latest") == undisturbed

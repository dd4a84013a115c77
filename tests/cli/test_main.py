"""The command line as a scheduler and a person meet it: exit codes, streams, signals."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli import main as command_line
from cli.ending import guarded
from linkage.errors import DataError, Exit, Fault, LockedError, StorageError

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "linkage" / "config" / "cases"
SECRET = "ZEBEDEE"
HEAVY = ("splink", "polars", "duckdb", "pyarrow", "numpy", "scipy", "pandas", "jinja2", "rich")


def run(*arguments: str, **how) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **how.pop("env", {})}
    return subprocess.run(
        [sys.executable, *how.pop("python", ()), "-m", "cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=60,
        **how,
    )


def test_help_lists_every_command_with_a_line():
    done = run("--help")
    assert done.returncode == Exit.DONE
    for command in command_line.COMMANDS:
        assert f"\n  {command} " in done.stdout


@pytest.mark.parametrize("command", command_line.COMMANDS)
def test_every_command_has_help(command):
    done = run(command, "--help")
    assert done.returncode == Exit.DONE
    assert done.stdout.startswith(f"Usage: python -m cli {command} ")


@pytest.mark.parametrize(
    "arguments",
    [[], ["no_such_command"], ["validate"], ["validate", "--no-such-option"], ["schema", "x"]],
)
def test_misuse_is_exit_2_on_standard_error(arguments):
    done = run(*arguments)
    assert done.returncode == Exit.USAGE
    assert done.stdout == ""
    assert "--help" in done.stderr
    assert "Traceback" not in done.stderr


def test_version_says_which_program_this_is_and_where():
    done = run("--version")
    assert done.stdout.startswith("linkage-toolkit ")
    assert str(ROOT / "linkage") in done.stdout


@pytest.mark.parametrize(
    "arguments", [["--help"], ["validate", "--no-data", str(CASES / "valid.yaml")], ["schema"]]
)
def test_light_commands_import_nothing_heavy(arguments):
    done = run(*arguments, python=("-X", "importtime"))
    assert done.returncode == Exit.DONE
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "linkage.errors" in imported
    assert not imported & set(HEAVY)


def test_we_answer_to_the_name_we_are_called_by(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/linkage"])
    assert command_line.program() == "linkage"
    monkeypatch.setattr(sys, "argv", ["/somewhere/cli/__main__.py"])
    assert command_line.program() == "python -m cli"


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (DataError(Fault("D301", "source x: gone")), 3, "source x: gone."),
        (StorageError(Fault("R401", "no room")), 74, "no room."),
        (LockedError(Fault("R406", "held")), 75, "held."),
        (KeyboardInterrupt(), 130, "link: stopped"),
        (MemoryError(), 74, "not enough memory"),
        (OSError(28, SECRET, SECRET), 74, "No space left on device"),
        (ValueError(f"cannot convert {SECRET}"), 70, "a fault of ours: ValueError at "),
        (OSError(f"bad page {SECRET}"), 70, "a fault of ours: OSError at "),
    ],
)
def test_every_failure_has_its_exit_code_and_keeps_values_in(error, code, said, capsys):
    def fail():
        raise error

    assert guarded("link", fail) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert SECRET not in err
    assert "Traceback" not in err


def test_no_exit_code_is_1():
    assert 1 not in set(Exit)


def test_a_result_is_the_exit_code():
    assert guarded("link", lambda: None) == 0
    assert guarded("link", lambda: Exit.GATE) == 4


def test_sigterm_unwinds_and_is_exit_143(capsys):
    unwound = []

    def work():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        finally:
            unwound.append(True)

    before = signal.getsignal(signal.SIGTERM)
    assert guarded("link", work) == Exit.TERMINATED
    assert unwound == [True]
    assert signal.getsignal(signal.SIGTERM) is before
    assert "stopped" in capsys.readouterr().err


def test_nobody_reading_is_no_traceback():
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m cli schema | head -c 10; echo ${{PIPESTATUS[0]}} >&2"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stderr.strip() in {"0", "74"}


def test_output_that_cannot_be_written_is_never_success():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cli", "schema"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    assert done.returncode == Exit.STORAGE
    assert "No space left" in done.stderr


def test_what_is_written_is_for_the_owner_alone(tmp_path, monkeypatch, capsys):
    before = os.umask(0o022)
    try:
        assert command_line.main(["--version"]) == Exit.DONE
        (tmp_path / "file").write_text("x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600

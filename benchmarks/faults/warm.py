"""The command line from a program that has everything imported: a process each, at no start.

``python -m benchmarks.faults.warm`` reads what to do from standard input, a JSON object a line,
forks a process for it, kills that process when it is told to, and says how it ended.
"""

import importlib
import json
import os
import pkgutil
import resource
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
LIMIT = 120.0
"""Seconds after which a command hangs."""


@dataclass(frozen=True)
class Ended:
    """How a command ended: ``code`` is minus a signal's number where one killed it."""

    code: int
    seconds: float
    out: str
    error: str

    @property
    def killed(self) -> bool:
        """Was it killed?"""
        return self.code == -signal.SIGKILL


class Warm:
    """Runs commands from a program that waits, in ``folder``; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._out, self._error = folder / "out.txt", folder / "error.txt"

    def __enter__(self) -> Self:
        """Start the program that waits."""
        # measured, it would be slow; and what it forks leaves without a word
        environment = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.faults.warm"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**environment, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let it end."""
        self._process.communicate(timeout=LIMIT)

    def call(
        self,
        *arguments: object,
        kill_after: float | None = None,
        temp: Path | None = None,
        limits: dict[str, int] | None = None,
    ) -> Ended:
        """Run a command; ``TimeoutError`` when it hangs.

        Parameters
        ----------
        kill_after
            Seconds after which it is killed.
        temp
            What it takes for the folder of temporary files.
        limits
            Limits of the process, by their names in ``resource``: ``{"RLIMIT_FSIZE": 1000}``.
        """
        said = {
            "arguments": [str(each) for each in arguments],
            "out": str(self._out),
            "error": str(self._error),
            "kill_after": kill_after,
            "environment": {} if temp is None else {"TMPDIR": str(temp)},
            "limits": limits or {},
        }
        ended = self._asked(said)
        if ended["hung"]:
            raise TimeoutError(f"link {' '.join(said['arguments'])} went on for {LIMIT:g} s")
        out, error = (p.read_text("utf-8", "replace") for p in (self._out, self._error))
        return Ended(ended["code"], ended["seconds"], out, error)

    def _asked(self, said: dict[str, Any]) -> dict[str, Any]:
        asking, answering = self._process.stdin, self._process.stdout
        if asking is None or answering is None:
            raise BrokenPipeError
        asking.write(json.dumps(said) + "\n")
        asking.flush()
        return dict(json.loads(answering.readline()))


def _import_everything() -> None:
    for package in ("linkage", "quality", "cli"):
        place = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(place, f"{package}."):
            if "spark" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def _child(said: dict[str, Any]) -> int:
    """Be the command: its output in files, its limits set; return its exit code."""
    main = importlib.import_module("cli.main").main
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, name in ((1, "out"), (2, "error")):
        os.dup2(os.open(said[name], flags), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(said["environment"])
    sys.argv[0] = "link"
    for name, limit in said["limits"].items():
        resource.setrlimit(getattr(resource, name), (limit, limit))
    code: int = main(said["arguments"])
    sys.stdout.flush()
    return code


def _run(said: dict[str, Any]) -> dict[str, Any]:
    """Fork, wait, kill when the time has come; say how it ended."""
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        code = 99  # of no command: an exception got out of main
        try:
            code = _child(said)
        finally:
            os._exit(code)
    process = os.pidfd_open(child)
    after = said["kill_after"]
    ended, _, _ = select.select([process], [], [], LIMIT if after is None else after)
    if not ended:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(process)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": time.monotonic() - start,
        "hung": not ended and after is None,
    }


def _serve() -> None:
    _import_everything()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_run(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()

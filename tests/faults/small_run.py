"""A run of four small stages in a process of its own, that can be killed, starved or stopped.

Called as ``python small_run.py FOLDER [FAULT]``: the source is FOLDER/numbers.csv, the output
FOLDER/runs/small. Prints the run folder and ends with the exit code of the command line.
FAULT is ``kill:POINT``, ``wait:POINT``, ``late:POINT``, ``room:BYTES`` or ``kill-everywhere:STEP``;
``late`` waits at a point, and the run may take eight seconds.
"""

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

from linkage.config.schema import Config
from linkage.errors import LinkageError
from linkage.execution import execute
from linkage.pipeline import Stage
from linkage.runs import publish
from linkage.runs.publish import publishing

FAULTS = {}
LIMIT = {}


def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def reach(point):
    if (fault := FAULTS.get(point)) is not None:
        fault()


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def wait():
    """Say so and wait, until there is a file called go beside the source."""
    say("waiting")
    until = time.monotonic() + 60
    while time.monotonic() < until and not (Path(sys.argv[1]) / "go").exists():
        time.sleep(0.01)


def half_a_file(workspace, point):
    if point in FAULTS:
        with publishing(workspace.restricted / "half.parquet") as file:
            file.write(b"half a file")
            file.flush()
            reach(point)


def ingest(workspace, config):
    numbers = config.sources["numbers"].path.read_text().split()[1:]
    reach("in ingest")
    half_a_file(workspace, "half ingest")
    workspace.connection.execute("CREATE TABLE leftover (n INTEGER)")
    workspace.write_query(
        "numbers_a",
        "SELECT unnest($n)::INTEGER AS n, repeat('x', $wide) AS pad ORDER BY 1",
        {"n": [int(each) for each in numbers], "wide": config.linkage.training.seed},
    )
    reach("after ingest")


def square(workspace, config):
    reach("in square")
    half_a_file(workspace, "half square")
    workspace.write_query(
        "squares", f"SELECT n, n * n AS square FROM {workspace.view('numbers_a')} ORDER BY n"
    )
    workspace.write_json("square_summary", {"rows": workspace.read("squares").num_rows})
    reach("after square")


def total(workspace, config):
    reach("in total")
    half_a_file(workspace, "half total")
    squares = workspace.view("squares")
    workspace.write_query("totals", f"SELECT sum(square)::BIGINT AS n FROM {squares}")
    workspace.publish(Path("model.json"), b"{}")
    reach("after total")


def report(workspace, config):
    reach("in report")
    half_a_file(workspace, "half report")
    value = workspace.read("totals")["n"][0].as_py()
    workspace.publish(Path("for_release/report.html"), f"<p>{value}</p>".encode())
    reach("after report")


PLAN = (
    Stage("ingest", (), ("numbers_*",), lambda c: c.linkage.training.seed, ingest),
    Stage("square", ("numbers_*",), ("squares", "square_summary"), lambda c: None, square),
    Stage("total", ("squares",), ("totals", "model.json"), lambda c: None, total),
    Stage("report", ("totals",), ("for_release/report.html",), lambda c: c.purpose, report),
)


class Watch:
    """Says on standard output what each stage came to."""

    def planned(self, stages):
        pass

    def started(self, stage):
        pass

    def progressed(self, stage, done, total, unit):
        pass

    def finished(self, stage, seconds):
        say("did", stage)

    def skipped(self, stage):
        say("skipped", stage)

    def failed(self, stage, error):
        say("failed", stage)


def configuration(folder, wide=1, **settings):
    return Config.model_validate(
        {
            "name": "small",
            "sources": {
                "numbers": {"path": folder / "numbers.csv", "id": "n", "columns": {"n": "n"}}
            },
            "linkage": {"training": {"seed": wide}},
            "engine": {"memory": "200MB", "threads": 1, "timeout": LIMIT.get("timeout")},
            "output": folder / "runs",
            **settings,
        }
    )


def main(folder, wide=1):
    try:
        done = execute(
            PLAN, configuration(folder, wide), "name: small\n", ["squares", "totals"], Watch()
        )
    except LinkageError as error:
        for fault in error.faults:
            sys.stderr.write(json.dumps(fault.as_record(), default=str) + "\n")
        return int(error.exit_code)
    say(done)
    return 0


def kill_at_call(number):
    """Kill this process at its Nth call of open, fsync or replace while something is published."""
    calls = [0]

    def counted(call):
        def wrapped(*arguments, **named):
            calls[0] += 1
            if calls[0] == number:
                kill()
            return call(*arguments, **named)

        return wrapped

    for name in ("open", "fsync", "replace", "unlink", "mkdir"):
        setattr(publish.os, name, counted(getattr(os, name)))
    rename = Path.rename
    Path.rename = counted(rename)


def kill_everywhere(folder, step):
    """Run with a kill at call 1, then resume; at call 1 + STEP; ... until no call is left."""
    number = 1 - step
    while True:
        number += step
        home = folder / str(number)
        home.mkdir()
        (home / "numbers.csv").write_text((folder / "numbers.csv").read_text())
        if _forked(home, number) == 0:
            return 0
        if (code := _forked(home, None)) != 0:
            say("not resumed after", number, code)
            return 70


def _forked(home, number):
    child = os.fork()
    if child == 0:
        if number is not None:
            kill_at_call(number)
        os._exit(main(home))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def arrange(fault):
    """Set up a fault of this process."""
    kind, _, value = fault.partition(":")
    if kind == "kill":
        FAULTS[value] = kill
    elif kind == "wait":
        FAULTS[value] = wait
    elif kind == "late":
        FAULTS[value] = wait
        LIMIT["timeout"] = "8s"
    elif kind == "room":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(value), int(value)))


if __name__ == "__main__":
    os.umask(0o077)
    place = Path(sys.argv[1])
    asked = sys.argv[2] if len(sys.argv) > 2 else ""
    if asked.startswith("kill-everywhere:"):
        sys.exit(kill_everywhere(place, int(asked.partition(":")[2])))
    arrange(asked)
    sys.exit(main(place, wide=5_000_000 if asked.startswith("room") else 1))

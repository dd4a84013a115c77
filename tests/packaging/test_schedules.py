"""What schedulers are given: each says of every exit code whether to try again, and is hardened."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from linkage.errors import Exit

ROOT = Path(__file__).parents[2]
SCHEDULE = ROOT / "configs" / "schedule"
STOPPED = {Exit.INTERRUPTED, Exit.TERMINATED}
PASSING = {Exit.STORAGE, Exit.LOCKED}
LASTING = set(Exit) - STOPPED - PASSING - {Exit.DONE}


def analysed(*arguments):
    program = shutil.which("systemd-analyze")
    assert program, "systemd-analyze is needed: install systemd"
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def units(tmp_path):
    """The units as they are, but for the program, which is to be there."""
    for name in ("linkage.service", "linkage.timer"):
        text = (SCHEDULE / name).read_text()
        (tmp_path / name).write_text(text.replace("/opt/linkage/bin/linkage", "/bin/true"))
    return tmp_path


def test_the_units_are_understood(units):
    done = analysed("verify", str(units / "linkage.service"), str(units / "linkage.timer"))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_service_is_as_safe_as_the_page_says(units):
    done = analysed("security", "--offline=true", "--no-pager", str(units / "linkage.service"))
    level = float(re.search(r"exposure level for linkage.service: ([\d.]+)", done.stdout)[1])
    said = (ROOT / "docs" / "how-to" / "schedule.md").read_text()
    assert level <= float(re.search(r"exposure level of \*\*([\d.]+)", said)[1])


def test_the_service_tries_again_what_may_pass_and_nothing_else():
    text = (SCHEDULE / "linkage.service").read_text()
    codes = re.search(r"^RestartPreventExitStatus=(.*)$", text, re.MULTILINE)[1]
    assert {int(each) for each in codes.split()} == LASTING


@pytest.mark.parametrize(
    ("code", "mailed"),
    [(Exit.DONE, "/srv/run\n"), (Exit.LOCKED, ""), (Exit.DATA, "what is wrong\n")],
)
def test_cron_mails_what_a_person_should_know(tmp_path, code, mailed):
    line = (SCHEDULE / "linkage.cron").read_text().splitlines()[-1]
    time, user, command = line.split()[:5], line.split()[5], line.split(maxsplit=6)[6]
    assert (time, user) == ("0 2 * * *".split(), "linkage")
    assert "%" not in command  # cron would end the command there
    said = "echo /srv/run" if code == Exit.DONE else "echo what is wrong >&2"
    program = tmp_path / "linkage"
    program.write_text(f"#!/bin/sh\n{said}\nexit {int(code)}\n")
    program.chmod(0o700)
    for place, own in (("/opt/linkage/bin/linkage", program), ("/srv/linkage", tmp_path)):
        command = command.replace(place, str(own))
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (mailed, "")


def test_the_dag_tries_again_what_may_pass():
    parsed = ast.parse((SCHEDULE / "airflow_dag.py").read_text())
    (passing,) = (
        ast.literal_eval(each.value)
        for each in parsed.body
        if isinstance(each, ast.Assign) and each.targets[0].id == "PASSING"
    )
    assert passing == PASSING


AIRFLOW = "3.3.2"
RUN_DAG = """
import os
from datetime import timedelta
from airflow.dag_processing.dagbag import DagBag

bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
assert not bag.import_errors, bag.import_errors
dag = bag.dags["linkage_batch"]
for task in dag.tasks:
    task.retry_delay = timedelta(0)  # nobody waits a quarter of an hour here
run = dag.test()
for each in run.get_task_instances():
    print("TASK", each.task_id, each.state)
"""


@pytest.fixture(scope="module")
def airflow(tmp_path_factory):
    """Airflow in an environment of its own: it wants other libraries than ours."""
    place = tmp_path_factory.mktemp("airflow")
    subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
    python = place / "venv" / "bin" / "python"
    wanted = [f"apache-airflow=={AIRFLOW}", "apache-airflow-providers-standard"]
    quietly = ["-q", "--disable-pip-version-check"]
    subprocess.run([python, "-m", "pip", "install", *quietly, *wanted], check=True)
    environment = {
        "PATH": os.environ["PATH"],
        "AIRFLOW_HOME": str(place / "home"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(SCHEDULE),
        "LINKAGE": str(place / "linkage"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    def call(*arguments):
        done = subprocess.run(
            [python, *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env=environment,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    call("-m", "airflow", "db", "migrate")
    call("-m", "airflow", "dags", "reserialize")

    def run(*codes):
        """Run the DAG with a toolkit that ends with these codes, one call after the other, then 0.

        Returns how each task ended, and how often the toolkit was called.
        """
        calls = place / "calls"
        calls.write_text("")
        ends = "".join(f"{n}) exit {int(code)};;" for n, code in enumerate(codes, 1))
        program = place / "linkage"
        lines = ("#!/bin/sh", f'echo "$1" >> {calls}', 'echo "/srv/$1"')
        program.write_text("\n".join((*lines, f"case $(wc -l < {calls}) in {ends} esac\n")))
        program.chmod(0o700)
        states = dict(re.findall(r"^TASK (\w+) (\w+)", call("-c", RUN_DAG), re.MULTILINE))
        return states, calls.read_text().split()

    return run


@pytest.mark.long
def test_airflow_links_and_verifies(airflow):
    assert airflow() == ({"link": "success", "verify": "success"}, ["batch", "verify"])


@pytest.mark.long
@pytest.mark.parametrize("code", sorted(LASTING))
def test_airflow_fails_at_once_where_a_person_must_look(airflow, code):
    assert airflow(code) == ({"link": "failed", "verify": "upstream_failed"}, ["batch"])


@pytest.mark.long
def test_airflow_tries_again_what_may_pass(airflow):
    calls = ["batch", "batch", "batch", "verify"]
    assert airflow(*sorted(PASSING)) == ({"link": "success", "verify": "success"}, calls)

"""The bundle, installed and used where there is no network at all."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from benchmarks.faults.content import broken

ROOT = Path(__file__).parents[2]
JOB = """set -eu
test "$(tail -n +3 /proc/net/dev | grep -vc lo:)" = 0
"$1/install.sh" "$2/installed"
"$2/installed/bin/linkage" synth census_admin --people 2000 --out "$2/demo"
"$2/installed/bin/linkage" run "$2/demo/config.yaml"
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    made = subprocess.run(
        [sys.executable, "bundle/make.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    folder = tmp_path_factory.mktemp("bundle")
    with tarfile.open(made.stdout.strip()) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.iterdir())


@pytest.mark.long
def test_installed_without_a_network_it_runs_and_asks_for_none(bundle, tmp_path):
    for program in ("strace", "unshare"):
        assert shutil.which(program), f"{program} is needed: install it"
    calls = tmp_path / "calls.txt"
    apart = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    tracing = ["strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(calls)]
    job = ["sh", "-c", JOB, "job", str(bundle), str(tmp_path)]
    done = subprocess.run(
        [*apart, *tracing, *job],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHON": sys.executable, "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    families = set(re.findall(r"sa_family=(\w+)", calls.read_text()))
    assert families <= {"AF_UNIX"}
    home = tmp_path / "demo" / "runs" / "census_admin"
    assert list(broken(home)) == []
    assert (home / "latest" / "for_release" / "report.html").is_file()


@pytest.mark.long
def test_a_wheel_that_was_changed_is_not_installed(bundle, tmp_path):
    copy = Path(shutil.copytree(bundle, tmp_path / "copy"))
    wheel = next((copy / "wheels").glob("jinja2-*.whl"))
    with wheel.open("ab") as file:
        file.write(b"more")
    done = subprocess.run(
        [str(copy / "install.sh"), str(tmp_path / "installed")],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHON": sys.executable},
    )
    assert done.returncode != 0
    assert "HASHES" in done.stderr

"""The wheel: everything that the packages need and nothing else, and programs that start."""

import email
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("linkage", "quality", "synthetic_data", "cli")
KINDS = {".py", ".yaml", ".j2", ".css", ".json", ".typed", ".txt"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build it as pip does, without the network: the builder is called in this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    building = "import sys, hatchling.build as b; print(b.build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", building, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return folder / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A fresh environment that borrows the libraries of this one, with the wheel in it."""
    place = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(place, with_pip=False)
    site = next((place / "lib").glob("python*/site-packages"))
    (site / "borrowed.pth").write_text("\n".join(p for p in sys.path if "site-packages" in p))
    installing = ["-m", "pip", "--python", str(place / "bin" / "python"), "install", "-q"]
    subprocess.run(
        [sys.executable, *installing, "--no-deps", "--no-index", "--ignore-installed", wheel],
        check=True,
        capture_output=True,
    )
    return place


def run(*command, **environment):
    cleaned = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        command,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**cleaned, **environment},
    )


def test_the_wheel_holds_every_file_of_the_packages_and_no_other(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    meant = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == meant | {"linkage/constraints.txt"}  # link doctor compares versions with it
    assert {Path(name).suffix for name in held} >= KINDS
    assert {f"{package}/py.typed" for package in PACKAGES} <= held


def test_the_wheel_says_who_it_is(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        said = email.message_from_bytes(archive.read(metadata))
        (entries,) = (name for name in names if name.endswith("entry_points.txt"))
        programs = archive.read(entries).decode()
    assert said["Name"] == "linkage-toolkit"
    assert said["License-Expression"] == "MIT"
    held = {name.rpartition("licenses/")[2] for name in names if "licenses/" in name}
    assert held == {"LICENSE", "NOTICE"}
    assert said.get_payload().startswith("# ")
    assert "link = cli.main:main" in programs
    assert "linkage = cli.main:main" in programs


@pytest.mark.parametrize("program", ["link", "linkage"])
def test_the_installed_program_starts_away_from_the_sources(installed, program):
    done = run(str(installed / "bin" / program), "--version")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("linkage-toolkit ")
    assert str(installed) in done.stdout
    assert run(str(installed / "bin" / program), "nonsense").returncode == 2


def test_every_module_of_the_wheel_is_found_there(installed):
    code = f"import {', '.join(PACKAGES)}; print(*(m.__file__ for m in ({', '.join(PACKAGES)})))"
    done = run(str(installed / "bin" / "python"), "-c", code)
    assert done.returncode == 0, done.stderr
    assert all(path.startswith(str(installed)) for path in done.stdout.split())


def test_an_activated_environment_reaches_our_link(installed):
    path = f"{installed / 'bin'}:/usr/bin:/bin"
    done = run("bash", "-c", "command -v link", PATH=path)
    assert done.stdout.strip() == str(installed / "bin" / "link")


def test_linkage_is_ours_with_coreutils_first(installed):
    path = f"/usr/bin:/bin:{installed / 'bin'}"
    done = run("bash", "-c", "linkage --version", PATH=path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("linkage-toolkit ")

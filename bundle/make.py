"""Everything that an installation without a network needs, in one file: ``make bundle``.

Builds the wheel of the toolkit, collects those of all it needs as constraints.txt says, and writes
dist/linkage-toolkit-<version>-<python>-<machine>.tar.gz: the wheels, the sha256 of each, and a
script that installs them. For another machine, call it there.
"""

import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
_BESIDE = (
    "bundle/install.sh",
    "LICENSE",
    "NOTICE",
    "CHANGELOG.md",
    "configs",
    "docs",
)


def main() -> None:
    """Make the bundle, and print where it is."""
    with tempfile.TemporaryDirectory(prefix="bundle-") as temporary:
        wheels = Path(temporary) / "wheels"
        _collect(wheels)
        requirements = wheels.with_name("requirements.txt")
        requirements.write_text("".join(f"{line}\n" for line in pinned(wheels)), encoding="utf-8")
        for each in _BESIDE:
            _copy(ROOT / each, wheels.parent)
        version = next(wheels.glob("linkage_toolkit-*.whl")).name.split("-")[1]
        python = f"python{sys.version_info.major}.{sys.version_info.minor}"
        name = f"linkage-toolkit-{version}-{python}-{platform.machine()}"
        made = ROOT / "dist" / f"{name}.tar.gz"
        made.parent.mkdir(exist_ok=True)
        with tarfile.open(made, "w:gz", compresslevel=1) as archive:  # wheels are packed already
            archive.add(temporary, name)
    sys.stdout.write(f"{made}\n")


def pinned(wheels: Path) -> Iterator[str]:
    """Yield a line of requirements for each wheel: name, version and sha256."""
    for path in sorted(wheels.glob("*.whl")):
        name, version = path.name.split("-")[:2]
        yield f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def _collect(wheels: Path) -> None:
    """Build our wheel and fetch those of everything it needs."""
    wanted = ["--wheel-dir", str(wheels), "--constraint", str(ROOT / "constraints.txt"), str(ROOT)]
    quietly = ["--quiet", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *quietly, *wanted], check=True)


def _copy(path: Path, folder: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, folder / path.name)
    else:
        shutil.copy(path, folder)


if __name__ == "__main__":
    main()

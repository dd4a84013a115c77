"""The machine by itself: program, libraries, user, memory, clock, and what a crash would leave."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import linkage
from linkage.config.schema import Engine
from linkage.operation.doctor.finding import Finding, fail, ok, warn
from linkage.runs.connection import memory_limit, total_memory

_PACKAGE = "linkage-toolkit"
_LEAST_PYTHON = (3, 11)


def of_machine(engine: Engine) -> Iterator[Finding]:
    """Yield what is found without a look at any folder of a linkage."""
    yield _program()
    yield from _libraries()
    yield _user(os.geteuid())
    yield _umask()
    yield _memory(memory_limit(engine), total_memory(), _available())
    yield _swap(Path("/proc/swaps"))
    yield _core_dumps(Path("/proc/sys/kernel/core_pattern"))
    yield _clock(datetime.now(UTC))


def _program() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    says = f"{_PACKAGE} {linkage.__version__}, Python {version}"
    if sys.version_info < _LEAST_PYTHON:
        return fail("program", says, "use Python 3.11 or newer")
    found = shutil.which("link")
    if found is not None and Path(found).parent != Path(sys.executable).parent:
        do = "call  linkage , or this one by its full path: coreutils has a link too"
        return warn("program", f"{says}; link is {found}", do)
    return ok("program", says)


def _libraries() -> Iterator[Finding]:
    """Yield whether each library that is needed is there, in the version that was tested."""
    tested = _tested()
    differ = []
    for name in _needed():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield fail("libraries", f"{name} is not installed", "install the toolkit again")
            continue
        if tested.get(_plain(name), found) != found:
            differ.append(f"{name} {found} (tested: {tested[_plain(name)]})")
    if not tested:
        yield warn("libraries", "constraints.txt is not there", "install the toolkit again")
    elif differ:
        do = "install with  -c constraints.txt , so that results are those that were tested"
        yield warn("libraries", "; ".join(differ), do)
    else:
        yield ok("libraries", "the versions that were tested")


def _needed() -> list[str]:
    """Return the libraries that the program needs, those of its extras left out."""
    required = [each for each in metadata.requires(_PACKAGE) or () if "extra ==" not in each]
    return [name[0] for each in required if (name := re.match(r"[\w.-]+", each))]


def _tested() -> dict[str, str]:
    """Return the versions that were tested, by name: they come with the package."""
    package = Path(linkage.__file__).parent
    for path in (package / "constraints.txt", package.parent / "constraints.txt"):
        if path.is_file():
            lines = (line.split("==") for line in path.read_text(encoding="utf-8").split())
            return {_plain(name): version for name, version in lines}
    return {}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _user(number: int) -> Finding:
    if number == 0:
        do = "run as a user of its own: root reads and writes everything, by mistake as well"
        return warn("user", "this is root", do)
    return ok("user", f"number {number}, not root")


def _umask() -> Finding:
    mask = os.umask(0o077)
    os.umask(mask)
    if mask & 0o077 != 0o077:
        do = "start it by  link , which sets 077, or set  UMask=0077  in the unit"
        return fail("umask", f"{mask:03o}: others could read what is written", do)
    return ok("umask", f"{mask:03o}")


def _memory(limit: int, total: int, available: int | None) -> Finding:
    says = f"{limit / 1e9:.1f} GB may be taken of {total / 1e9:.1f} GB"
    if limit > total:
        return fail("memory", says, "give engine.memory less than the machine or container has")
    if available is not None and limit > available:
        do = "end what else is running, or lower engine.memory"
        return warn("memory", f"{says}, and {available / 1e9:.1f} GB are free now", do)
    return ok("memory", says)


def _available() -> int | None:
    """Return how much memory is free or could be, as the kernel has it."""
    path = Path("/proc/meminfo")
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = re.search(r"^MemAvailable: +(\d+) kB", text, re.MULTILINE)
    return None if found is None else int(found[1]) * 1024


def _swap(swaps: Path) -> Finding:
    lines = swaps.read_text(encoding="utf-8").splitlines() if swaps.is_file() else []
    if len(lines) > 1:
        do = "turn it off or encrypt it: records in memory may be written there"
        return warn("swap", "memory may be swapped out", do)
    return ok("swap", "none")


def _core_dumps(pattern: Path) -> Finding:
    said = pattern.read_text(encoding="utf-8").strip() if pattern.is_file() else ""
    if said.startswith("|"):
        do = "keep none of it (coredumpctl: Storage=none): a core holds the records in memory"
        name = Path(said[1:].split()[0]).name
        return warn("core dumps", f"a crash is handed to {name}, whatever the limit is", do)
    return ok("core dumps", "none are left: the program sets their limit to 0")


def _clock(now: datetime) -> Finding:
    made = datetime.fromtimestamp(Path(linkage.__file__).stat().st_mtime, UTC)
    if now < made:
        do = "set the clock: approvals, ages and the order of runs are read from it"
        return warn("clock", f"{now:%Y-%m-%d %H:%M} UTC, before the program was installed", do)
    return ok("clock", f"{now:%Y-%m-%d %H:%M} UTC")

"""A machine for several people: homes, ways to exchange, and commands typed as one of them."""

import os
import re
import shutil
import site
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
APART = os.geteuid() == 0
"""Are the people users of their own? Only root may act as others."""

FIRST_ID = 52_100
"""The ids of the users: nobody else's, and entered in no file of the machine."""


def blocks(text):
    """Who types what: the blocks of commands of a part of the guide."""
    return re.findall(r"^```bash (\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def python_for_all(folder):
    """Give a Python that any user may run, with what it needs: our own may lie in a closed home."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    prefix = Path(sys.base_prefix)
    (folder / "bin").mkdir(parents=True)
    (folder / "lib").mkdir()
    program = shutil.copy2(Path(sys.executable).resolve(), folder / "bin")
    for library in prefix.glob("lib/libpython*"):
        shutil.copy2(library, folder / "lib", follow_symlinks=False)
    left_out = shutil.ignore_patterns("site-packages", "dist-packages", "test", "idlelib")
    shutil.copytree(prefix / "lib" / version, folder / "lib" / version, ignore=left_out)
    packages = [opened(Path(each), folder) for each in (ROOT, *site.getsitepackages())]
    return program, {
        "PYTHONHOME": str(folder),
        "LD_LIBRARY_PATH": str(folder / "lib"),
        "PYTHONPATH": ":".join(map(str, packages)),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def opened(path, folder):
    """Return a folder that any user may read: the one at ``path``, or else a copy of it."""
    path = path.resolve()
    closed = [each for each in (path, *path.parents) if not each.stat().st_mode & 0o005 == 0o005]
    if not closed:
        return path
    left_out = shutil.ignore_patterns(".*", "__pycache__", "node_modules")
    return Path(shutil.copytree(path, folder / "copies" / path.name, ignore=left_out))


def listed(session):
    """What the process list shows of the processes of a session: arguments and environment."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is closed to us
            if os.getsid(int(folder.name)) == session:
                for name in ("cmdline", "environ"):
                    with suppress(PermissionError):
                        yield name, (folder / name).read_bytes()


class Machine:
    """A machine with a home for each user of the guide, and folders to exchange through."""

    def __init__(self, folder):
        self.folder = folder
        self.ids, self.member = {}, {}
        self.shown = {"cmdline": set(), "environ": set()}
        before = os.umask(0o022)  # commands that ran in this process have closed it
        try:
            self._build(folder)
        finally:
            os.umask(before)

    def _build(self, folder):
        for name in ("home", "programs", "linkage-toolkit"):
            (folder / name).mkdir(mode=0o755)
        folder.chmod(0o755)
        self.environment = self._programs(folder / "programs")
        shutil.copytree(ROOT / "configs", folder / "linkage-toolkit" / "configs")
        for path in (folder / "linkage-toolkit").rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        self.home("root").mkdir(mode=0o700)
        self._toolkit("root")

    def _programs(self, folder):
        """Make ``link`` and ``python`` as a reader has them; return the environment for them."""
        environment = {"PYTHONPATH": str(ROOT), "PATH": f"{folder}:/usr/bin:/bin"}
        program = sys.executable
        if APART:
            program, needed = python_for_all(folder / "interpreter")
            environment |= needed
        for name, line in (("link", '-m cli "$@"'), ("python", '"$@"')):
            (folder / name).write_text(f'#!/bin/sh\nexec "{program}" {line}\n')
            (folder / name).chmod(0o755)
        return environment

    def home(self, user):
        """The home of a user."""
        return self.folder / "home" / user

    def _toolkit(self, user):
        (self.home(user) / "linkage-toolkit").symlink_to(self.folder / "linkage-toolkit")

    def quicken(self, text):
        """Let the unit's runs make few draws: that is not what is tested."""
        configs = self.folder / "linkage-toolkit/configs/encoded"
        with (configs / "unit.yaml").open("a") as file:
            file.write(text)
        reviewed = configs / "reviewed.yaml"
        left = [x for x in reviewed.read_text().splitlines() if not x.startswith("quality:")]
        quick = text.replace("quality: {", "quality: {review: decided, ")
        reviewed.write_text("\n".join(left) + quick)

    def follow(self, text, meanwhile=()):
        """Type all that a part of the guide says, each line as the one who types it.

        ``meanwhile`` maps how a line begins to what people do before it is typed.
        """
        for user, lines in blocks(text):
            for line in lines.splitlines():
                for begins in meanwhile:
                    if line.startswith(begins):
                        meanwhile[begins]()
                if not self.administers(line):
                    self.type(user, line)

    def administers(self, line):
        """Make users and groups as ``line`` says: for us alone, in no file of the machine."""
        if made := re.fullmatch(r"groupadd (\w+)", line):
            self.ids[made[1]] = FIRST_ID + len(self.ids)
        elif made := re.fullmatch(r"useradd --create-home (?:--groups (\w+) )?(\w+)", line):
            groups, user = made.groups()
            self.ids[user] = FIRST_ID + len(self.ids)
            self.member[user] = [self.ids[groups]] if groups else []
            self.home(user).mkdir()
            self._toolkit(user)
            if APART:
                os.chown(self.home(user), self.ids[user], self.ids[user])
        return made is not None

    def type(self, user, line, allowed=True):
        """Type a line as ``user`` in the own home; it must succeed, or with ``allowed`` not."""
        line = line.replace("/srv/exchange", str(self.folder / "exchange"))
        line = line.replace("--people 20000", "--people 3000")
        line = re.sub(r"~(\w+)", lambda found: str(self.home(found[1])), line)
        given = re.compile(r" -([og]) (\w+)")
        line = given.sub(lambda f: f" -{f[1]} {self.ids[f[2]]}" if APART else "", line)
        rights = {}
        if APART and user != "root":
            number = self.ids[user]
            rights = {"user": number, "group": number, "extra_groups": self.member[user]}
        with subprocess.Popen(
            ["bash", "-c", line],
            cwd=self.home(user),
            env={**self.environment, "HOME": str(self.home(user))},
            umask=0o022,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **rights,
        ) as process:
            out, err = self._watched(process)
        assert (process.returncode == 0) == allowed, f"{user}$ {line}\n{out}{err}"
        return out

    def _watched(self, process):
        """Wait for a process, and keep what the process list shows of it and of its children."""
        for _ in range(3_000):
            for name, data in listed(process.pid):
                self.shown[name] |= {data}
            with suppress(subprocess.TimeoutExpired):
                return process.communicate(timeout=0.1)
        process.kill()
        raise TimeoutError

    def readable(self, user):
        """Every file of the machine that a user may read, but for the programs."""
        found = self.type(user, f"find {self.folder} -readable -type f 2>/dev/null || true")
        files = map(Path, found.splitlines())
        public = (self.folder / "linkage-toolkit", self.folder / "programs")
        return [path for path in files if not any(map(path.is_relative_to, public))]

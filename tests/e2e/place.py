"""A key, two owners and a linkage unit in folders beside each other, with a planted person."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from cli.main import main
from tests.e2e.machine import APART
from tests.e2e.roles import AREA, Owner, Role
from tests.e2e.test_canary import FORMS, forms, packed

AS = "users of their own" if APART else "folders of one user"
OWNERS = {"office": "a", "health": "b"}
UNIT = """version: 1
name: small
sources:
  a: {encoded: a, one_record_per_person: true}
  b: {encoded: b, one_record_per_person: true}
groups:
  sex: {source: a, column: group_sex}
  area: {source: a, column: group_area}
quality: {draws: 0}
engine: {temp: temp, threads: 1}
output: runs
"""


class Place:
    """A key, and the roles in folders beside each other."""

    def __init__(self, folder, key=None):
        folder.chmod(0o755)
        (folder / "temp").mkdir()
        (folder / "temp").chmod(0o1777)
        if key is None:
            key = folder / "made"
            here("key", "new", "--project", "P", "--out", key)
        text = key.read_text().splitlines()[-1]
        self.secret = forms(text) | packed(bytes.fromhex(text))
        self.key, self.folder = key, folder
        self.owners = [
            Owner(folder / name, i, self.secret, of) for i, (name, of) in enumerate(OWNERS.items())
        ]
        for owner in self.owners:
            shutil.copy(key, owner.folder / "key")
        self.unit = Role(folder / "unit", 2, FORMS | self.secret | forms(AREA))
        (self.unit.folder / "unit.yaml").write_text(UNIT)

    def send(self, folder):
        """Give the unit what the owners encoded in ``folder``."""
        for owner in self.owners:
            sent = folder / owner.folder.name / "out"
            shutil.copytree(sent, self.unit.folder / owner.source, dirs_exist_ok=True)

    @property
    def run(self):
        return ("run", self.unit.folder / "unit.yaml")

    @property
    def latest(self):
        return self.unit.folder / "runs/small/latest"

    def giving(self, project="s", out="names"):
        return ("pseudonyms", self.latest, "--project", project, "--out", self.unit.folder / out)


@contextmanager
def encoded_place():
    """A place where both owners have encoded, in this process: what that takes is imported."""
    folder = Path(tempfile.mkdtemp(prefix="link-canary-"))
    try:
        made = Place(folder)
        for owner in made.owners:
            here(*owner.encoding())
        made.send(folder)
        yield made
    finally:
        shutil.rmtree(folder)


def here(*arguments):
    """Call a command in this process; it must succeed."""
    assert main(list(map(str, arguments))) == 0

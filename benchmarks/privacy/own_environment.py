"""A package that the toolkit does not have, in an environment of its own, asked through files."""

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Package:
    """A package from PyPI at one version; ``program`` reads a question and writes an answer."""

    name: str
    version: str
    program: str

    @property
    def folder(self) -> Path:
        """Where its environment stands when nothing else is said."""
        return Path(tempfile.gettempdir()) / f"linkage-{self.name}-{self.version}"

    def ask(self, folder: Path, asked: Mapping[str, object]) -> dict[str, object]:
        """Return what the program answers, both as JSON.

        ``folder`` is that of the environment, which is made when it is not there.

        Raises
        ------
        subprocess.CalledProcessError
            When the package cannot be installed, or the program fails.
        """
        python = self._python(folder)
        with tempfile.TemporaryDirectory() as place:
            question, answer = Path(place) / "asked.json", Path(place) / "answer.json"
            question.write_text(json.dumps(asked))
            subprocess.run([python, "-c", self.program, str(question), str(answer)], check=True)
            found: dict[str, object] = json.loads(answer.read_text())
            return found

    def _python(self, folder: Path) -> str:
        python = folder / "bin" / "python"
        ready = folder / "installed"
        if not ready.exists():
            sys.stderr.write(f"installing {self.name} {self.version} into {folder}\n")
            venv.create(folder, with_pip=True)
            wanted = f"{self.name}=={self.version}"
            subprocess.run([str(python), "-m", "pip", "install", "-q", wanted], check=True)
            ready.touch()
        return str(python)

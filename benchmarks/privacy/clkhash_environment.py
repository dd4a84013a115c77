"""clkhash in an environment of its own: it pins libraries that the toolkit does not have."""

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from pathlib import Path

VERSION = "0.18.3"
FOLDER = Path(tempfile.gettempdir()) / f"linkage-clkhash-{VERSION}"

_PROGRAM = """
import base64, json, sys, time
from clkhash.clk import generate_clks
from clkhash.schema import from_json_dict
asked = json.load(open(sys.argv[1]))
schema = from_json_dict(asked["schema"])
started = time.process_time()
made = generate_clks(asked["rows"], schema, asked["secret"], validate=False, max_workers=1)
taken = time.process_time() - started
clks = [base64.b64encode(each.tobytes()).decode() for each in made] if asked["clks"] else []
json.dump({"clks": clks, "cpu_s": taken}, open(sys.argv[2], "w"))
"""


def clkhash(folder: Path, asked: Mapping[str, object]) -> dict[str, object]:
    """Return what clkhash makes of ``rows`` under ``schema`` and ``secret``, and its CPU seconds.

    ``folder`` is that of the environment, which is made when it is not there.

    Raises
    ------
    subprocess.CalledProcessError
        When clkhash cannot be installed, or refuses the schema.
    """
    python = _python(folder)
    with tempfile.TemporaryDirectory() as place:
        question, answer = Path(place) / "asked.json", Path(place) / "made.json"
        question.write_text(json.dumps(asked))
        subprocess.run([python, "-c", _PROGRAM, str(question), str(answer)], check=True)
        made: dict[str, object] = json.loads(answer.read_text())
        return made


def _python(folder: Path) -> str:
    python = folder / "bin" / "python"
    ready = folder / "installed"
    if not ready.exists():
        sys.stderr.write(f"installing clkhash {VERSION} into {folder}\n")
        venv.create(folder, with_pip=True)
        install = [str(python), "-m", "pip", "install", "-q", f"clkhash=={VERSION}"]
        subprocess.run(install, check=True)
        ready.touch()
    return str(python)

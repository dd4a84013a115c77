"""clkhash in an environment of its own: it pins libraries that the toolkit does not have."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.privacy.own_environment import Package

VERSION = "0.18.3"

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

_PACKAGE = Package("clkhash", VERSION, _PROGRAM)
FOLDER = _PACKAGE.folder


def clkhash(folder: Path, asked: Mapping[str, object]) -> dict[str, object]:
    """Return what clkhash makes of ``rows`` under ``schema`` and ``secret``, and its CPU seconds.

    ``folder`` is that of the environment, which is made when it is not there.

    Raises
    ------
    subprocess.CalledProcessError
        When clkhash cannot be installed, or refuses the schema.
    """
    return _PACKAGE.ask(folder, asked)

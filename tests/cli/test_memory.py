"""Where Arrow takes memory from, asked of a process of its own: it is settled once for all."""

import os
import subprocess
import sys

import pyarrow as pa
import pytest

ASKED = """
from cli.memory import settle_arrow
settle_arrow()
import pyarrow
print(pyarrow.default_memory_pool().backend_name)
"""


def settled(**said):
    environment = {k: v for k, v in os.environ.items() if k != "ARROW_DEFAULT_MEMORY_POOL"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    command = [sys.executable, "-c", ASKED]
    done = subprocess.run(
        command, env=environment | said, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.skipif("jemalloc" not in pa.supported_memory_backends(), reason="Arrow lacks it")
def test_arrow_takes_what_gives_back_soonest():
    assert settled() == "jemalloc"


def test_what_the_user_chose_stays():
    assert settled(ARROW_DEFAULT_MEMORY_POOL="system") == "system"

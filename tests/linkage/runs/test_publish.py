"""What killed processes left half written goes; what one that lives is writing stays."""

import os
import subprocess
import sys

from linkage.runs.publish import sweep_dead


def test_only_what_the_dead_left_is_swept(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    )
    dead, alive = ended.stdout.strip(), os.getppid()
    for writer in (dead, alive, os.getpid()):
        (tmp_path / f".status.json.{writer}-0a0b0c0d.part").touch()
    (tmp_path / "status.json").touch()
    (tmp_path / ".latest.7.part").symlink_to("status.json")
    sweep_dead(tmp_path)
    left = {".latest.7.part", f".status.json.{alive}-0a0b0c0d.part", "status.json"}
    assert {path.name for path in tmp_path.iterdir()} == left

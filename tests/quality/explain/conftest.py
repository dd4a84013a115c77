import shutil
from pathlib import Path

import pytest

from cli.main import main

INVENTED = Path(__file__).parents[2] / "data" / "invented"


@pytest.fixture(scope="package")
def linked(tmp_path_factory):
    """The folder of a finished run of two sources of invented people."""
    home = Path(shutil.copytree(INVENTED, tmp_path_factory.mktemp("explain") / "invented"))
    config = home / "config.yaml"
    text = config.read_text().replace("output: runs", f"quality: {{draws: 0}}\noutput: {home}/runs")
    config.write_text(text)
    assert main(["run", str(config), "--log-format", "plain"]) == 0
    return (home / "runs" / "small" / "latest").resolve()

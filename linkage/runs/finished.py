"""The finished runs of a home folder, and what each says of itself."""

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from linkage.config.schema import Config
from linkage.runs.storage import damaged, storage, undamaged

SETTINGS, MANIFEST = "config.resolved.yaml", "manifest.json"


def runs_of(home: Path) -> list[Path]:
    """Return the folders of the finished runs in ``home``; ids begin with the time."""
    with storage(home, "looking for runs"):
        return sorted(
            path.parent
            for path in home.glob(f"*/{MANIFEST}")
            if not path.parent.is_symlink() and not path.parent.name.startswith(".")
        )


def settings_of(run: Path) -> Config:
    """Return the settings of a finished run, every default among them."""
    path = run / SETTINGS
    with storage(path, "reading the settings of the run"), undamaged(path):
        try:
            said = YAML(typ="safe").load(path.read_bytes())
        except YAMLError:
            raise damaged(path) from None
        return Config.model_validate(said)


def manifest_of(run: Path) -> dict[str, Any]:
    """Return the manifest of a finished run."""
    path = run / MANIFEST
    with storage(path, "reading the manifest of the run"), undamaged(path):
        found = json.loads(path.read_bytes())
        if not isinstance(found, dict):
            raise ValueError
        return found

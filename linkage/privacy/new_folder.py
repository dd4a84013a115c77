"""A folder of results that appears whole or not at all, for its owner only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linkage.errors import ConfigError, Fault
from linkage.runs.publish import sync_folder
from linkage.runs.storage import storage
from linkage.runs.wiped import wiped


def require_new(folder: Path, what: str) -> None:
    """Refuse a folder that holds something already.

    Raises
    ------
    ConfigError
        R514.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"the folder {what} holds something already"
        raise ConfigError(
            Fault("R514", message, "give a folder that is not there yet", file=folder)
        )


@contextmanager
def new_folder(folder: Path, what: str) -> Iterator[Path]:
    """Give a folder to fill, which becomes ``folder`` when the block ends well, and else is gone.

    Parameters
    ----------
    what
        What the folder is for, for messages: "for the linkage unit".
    """
    require_new(folder, what)
    with storage(folder, f"writing the folder {what}"), wiped(folder) as building:
        yield building
        sync_folder(building)
        building.rename(folder)
        sync_folder(folder.parent)

"""The first stages of a run, done in a folder of their own that is removed again."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from linkage.config.schema import Config
from linkage.execution import home_of
from linkage.runs.folder import PLANNING
from linkage.runs.inputs import Input, hash_inputs
from linkage.runs.lock import hold
from linkage.runs.ours import require_ours
from linkage.runs.publish import private_folder
from linkage.runs.signals import stopping
from linkage.runs.storage import storage
from linkage.runs.workspace import Workspace


@contextmanager
def trial(config: Config) -> Iterator[tuple[Workspace, Mapping[str, Input]]]:
    """Yield a workspace that will be removed, and the files of the sources as they are now.

    Raises
    ------
    LockedError
        When a run of the same configuration is going on.
    StorageError
        R630 when the folder is not ours alone.
    """
    home = home_of(config)
    with stopping() as stop, hold(home):
        inputs = hash_inputs(config.sources)
        readable = [*(each.path for each in inputs.values()), *config.lookups]
        shutil.rmtree(home / PLANNING, ignore_errors=True)
        with storage(home, "making the folder of a plan"):
            private_folder(home / PLANNING)
            require_ours(home, home / PLANNING)
        try:
            with Workspace(home / PLANNING, config.engine, readable) as workspace:
                stop.wake(workspace.connection.interrupt)
                yield workspace, inputs
        finally:
            shutil.rmtree(home / PLANNING, ignore_errors=True)

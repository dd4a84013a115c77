"""Can this machine run the engine that the configuration asks for."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec

from linkage.config.document import Document
from linkage.config.schema import Engine
from linkage.errors import Fault


def check_engine(engine: Engine, document: Document) -> Iterator[Fault]:
    """Yield what this machine lacks for the backend of ``engine``."""
    if engine.backend != "spark":
        return
    path = ("engine", "backend")
    if find_spec("pyspark") is None:
        yield document.fault(
            "C209",
            path,
            "Spark is not installed",
            'run  pip install "linkage-toolkit[spark]" , or write  backend: duckdb',
        )
    if not _has_java():
        yield document.fault(
            "C210",
            path,
            "Spark needs Java 17 or later, and there is none",
            "install it, or set JAVA_HOME to where it is",
        )


def _has_java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin" if home else None) is not None

"""The Spark session of a run: quiet, its scratch private, its user interface off.

What Spark's driver writes to the terminal is dropped: its log may quote the data.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL

from pyspark import SparkConf, SparkContext
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

from linkage.config.schema import Engine
from linkage.errors import ConfigError, Fault
from linkage.runs.connection import default_threads, memory_limit
from linkage.runs.publish import private_folder

_LEAST_MEMORY = 512
"""MiB with which Spark starts at all."""


def open_session(engine: Engine, scratch: Path) -> SparkSession:
    """Return a new session as ``engine.spark`` describes it, which spills below ``scratch``.

    One that an earlier run of this process left open is ended first.

    Raises
    ------
    ConfigError
        Spark does not start with the configuration's master and settings.
    """
    settings = _settings(engine, scratch)
    if "spark.pyspark.python" in settings:  # a driver that is a program reads it here alone
        os.environ["PYSPARK_PYTHON"] = settings["spark.pyspark.python"]
    conf = SparkConf().setAppName("linkage").setAll(list(settings.items()))
    active = SparkSession.getActiveSession()
    if active is not None:
        active.stop()
    try:
        with _signals_kept():
            if SparkContext._gateway is None:
                quiet = {"stdout": DEVNULL, "stderr": DEVNULL}
                SparkContext._ensure_initialized(gateway=launch_gateway(conf, quiet), conf=conf)
            return SparkSession.builder.config(conf=conf).getOrCreate()
    except Exception as error:
        raise ConfigError(
            Fault(
                "C211",
                f"Spark did not start ({type(error).__name__})",
                "check engine.spark.master and engine.spark.conf, and that Java is 17 or later",
                path="engine.spark",
            )
        ) from None


def _settings(engine: Engine, scratch: Path) -> dict[str, str]:
    """Return the settings of the session; what the configuration says of Spark comes last."""
    master = engine.spark.master
    folder = scratch / "spark"
    private_folder(folder)
    settings = {
        "spark.master": master,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder),
        "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    }
    if master.startswith("local"):
        settings |= _local(engine)
    return settings | dict(engine.spark.conf)


def _local(engine: Engine) -> dict[str, str]:
    """Return settings for this machine alone: a short start, few parts, no door to the network."""
    threads, master = engine.threads or default_threads(), engine.spark.master
    return {
        "spark.master": f"local[{threads}]" if master == "local[*]" else master,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": f"{max(memory_limit(engine) // 2**20, _LEAST_MEMORY)}m",
        "spark.sql.shuffle.partitions": str(threads),
        "spark.sql.adaptive.enabled": "false",
        "spark.pyspark.python": sys.executable,
    }


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Put our handler of Ctrl-C back, which Spark replaces by its own when it starts."""
    handler = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, handler)

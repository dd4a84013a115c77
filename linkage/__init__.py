"""Records in, links out: probabilistic linkage of sources that share no identifier."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("linkage-toolkit")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0+unknown"

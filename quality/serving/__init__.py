"""Pages served on this machine only, to the one who started them; gone when nobody uses them."""

from quality.serving.reply import Reply, number
from quality.serving.server import Site, serving

__all__ = ["Reply", "Site", "number", "serving"]

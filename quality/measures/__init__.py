"""The names that measures, methods and stages bear in the table ``estimates``, by subject."""

from quality.measures.accuracy import *  # noqa: F403
from quality.measures.changes import *  # noqa: F403
from quality.measures.comparisons import *  # noqa: F403
from quality.measures.counts import *  # noqa: F403
from quality.measures.linked import *  # noqa: F403
from quality.measures.methods import *  # noqa: F403
from quality.measures.missing import *  # noqa: F403
from quality.measures.models import *  # noqa: F403
from quality.measures.releasing import *  # noqa: F403
from quality.measures.sensitivity import *  # noqa: F403
from quality.measures.words import *  # noqa: F403

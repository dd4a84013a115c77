"""``python -m cli``, for when ``link`` would reach the one of coreutils."""

import sys

from cli.main import main

sys.exit(main())

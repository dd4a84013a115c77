"""Two runs, or two releases, side by side: what changed, for whom, and whether it is noise."""

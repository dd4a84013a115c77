"""Which values are missing, for whom, and why."""

"""People of the synthetic population, one block at a time."""

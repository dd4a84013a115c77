"""Which groups of people link worse than others, and by how much."""

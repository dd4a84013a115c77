"""The model of linkage: comparisons, blocking, training and what a weight means."""

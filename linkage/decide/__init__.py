"""From probabilities to decisions: thresholds, assignment, clusters and the linkage spine."""

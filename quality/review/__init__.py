"""Clerical review: which records to look at, what reviewers see, and what they decided."""

"""Linking without seeing: keys, encodings, and what passes between owners and a linkage unit."""

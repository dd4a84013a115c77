"""Attacks on encodings before they leave: whose names could be told without the key."""

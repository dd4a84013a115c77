"""Whether this machine, and what a configuration names on it, is fit for unattended runs.

:mod:`machine` looks at the machine alone, :mod:`places` at folders and files, :mod:`governed` at
the linkage itself.
"""

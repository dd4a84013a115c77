#!/bin/sh
# Installs the toolkit into the folder given, without a network. Each wheel must have the sha256 that was written down
# when the bundle was made. PYTHON names the Python to use; it must be of the version in the name of the bundle.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:?"usage: install.sh FOLDER"}
"${PYTHON:-python3}" -m venv "$target"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --require-hashes \
    --find-links "$here/wheels" --requirement "$here/requirements.txt"
"$target/bin/linkage" --version

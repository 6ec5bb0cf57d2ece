#!/bin/bash
# Lets Schemathesis call every operation of a sandbox, whose variables must be set. Arguments are passed to it.
set -euo pipefail

cd "$(dirname "$0")/../.."
tests/external/install.sh
target/tools/external/bin/python -B tests/external/schemathesis_run.py "$@"

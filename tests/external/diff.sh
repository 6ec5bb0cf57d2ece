#!/bin/bash
# Lets oasdiff judge the edits that `cargo xtask diff` is tested with. Where it disagrees with us, the edit says why.
set -euo pipefail

cd "$(dirname "$0")/../.."
tests/external/install.sh
target/tools/external/bin/python -B tests/external/oasdiff_run.py

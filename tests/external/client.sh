#!/bin/bash
# Generates a Python client with openapi-python-client and lets it work against a sandbox, whose variables must be set.
set -euo pipefail

cd "$(dirname "$0")/../.."
tests/external/install.sh
tools=$PWD/target/tools/external

# A warning says that the generator left something out.
"$tools/bin/openapi-python-client" generate --path openapi/cashlink.json --meta none --fail-on-warning --overwrite \
    --config tests/external/openapi_python_client.yaml --output-path "$tools/client/generated_client"
PYTHONPATH=$tools/client "$tools/bin/python" -B tests/external/openapi_python_client_flow.py

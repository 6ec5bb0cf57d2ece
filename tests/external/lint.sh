#!/bin/bash
# Lints the description with three tools that are not ours. Exceptions stand, with their reasons, in redocly.yaml,
# .redocly.lint-ignore.yaml and .spectral.yaml.
set -euo pipefail

cd "$(dirname "$0")/../.."
tests/external/install.sh
export PATH="$PWD/target/tools/external/node_modules/.bin:$PWD/target/tools/external/bin:$PATH"
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

openapi-spec-validator openapi/cashlink.json openapi/cashlink.yaml
redocly lint
spectral lint --fail-severity hint openapi/cashlink.json

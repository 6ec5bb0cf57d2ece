#!/bin/bash
# Writes types for TypeScript with openapi-typescript and lets a client by openapi-fetch, which is held to them by the
# compiler, work against a sandbox, whose variables must be set.
set -euo pipefail

cd "$(dirname "$0")/../.."
tests/external/install.sh
tools=$PWD/target/tools/external
export PATH="$tools/node_modules/.bin:$tools/bin:$PATH"

mkdir -p "$tools/typescript"
cp tests/external/openapi_fetch_flow.mts "$tools/typescript/flow.mts"
# Elsewhere than beside redocly.yaml, which it would take for its own.
description=$PWD/openapi/cashlink.json
cd "$tools/typescript"
openapi-typescript "$description" --output schema.mts
tsc --noEmit --strict --target esnext --module nodenext --types node --erasableSyntaxOnly --verbatimModuleSyntax \
    --allowImportingTsExtensions flow.mts
node flow.mts

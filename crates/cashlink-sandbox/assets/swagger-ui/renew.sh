#!/usr/bin/env bash
# Takes the files of a release of npm's swagger-ui-dist: ./renew.sh 5.35.0
#
# Writes the compressed files, their licences and README.md with the digests, which a test of the crate compares.
set -euo pipefail

version=${1:?which version of swagger-ui-dist}
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && npm pack --silent "swagger-ui-dist@$version" >/dev/null && tar -xzf swagger-ui-dist-*.tgz)
cp "$work/package/LICENSE" "$work/package/NOTICE" "$work/package/swagger-ui-bundle.js.LICENSE.txt" .
rm -f ./*.gz
for file in swagger-ui-bundle.js swagger-ui.css; do
    gzip -9 -n <"$work/package/$file" >"$file.gz"
done
{
    echo "# Swagger UI"
    echo
    echo "Files of \`swagger-ui-dist\` $version, not changed, only compressed (\`gzip -9 -n\`). Licence: Apache-2.0, see \`LICENSE\` and"
    echo "\`NOTICE\`; what the script contains of others: \`swagger-ui-bundle.js.LICENSE.txt\`. \`renew.sh VERSION\` writes this folder anew."
    echo
    echo "| SHA-256 | File |"
    echo "| --- | --- |"
    for file in swagger-ui-bundle.js swagger-ui.css; do
        echo "| \`$(sha256sum <"$work/package/$file" | cut -d' ' -f1)\` | \`$file\` |"
        echo "| \`$(sha256sum <"$file.gz" | cut -d' ' -f1)\` | \`$file.gz\` |"
    done
} >README.md

#!/usr/bin/env bash
# Prints the notes of a release: how to get it, what members and operators notice, and all changes.
#
#   notes.sh VERSION IMAGE
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1 image=$2
cliff=target/tools/release/bin/git-cliff

cat <<END
\`\`\`sh
docker pull $image:$version          # or $version-slim, without yt-dlp
gh attestation verify oci://$image:$version --owner $(echo "$image" | cut -d/ -f2)
\`\`\`

Below are programs for Linux (glibc 2.34 or newer), the stock cogs, compose.yaml, and SHA256SUMS for all of them.

END
# Before it is released, what is new has another head.
awk -v head="## $version" '
  /^## / { shown = ($0 == head || index($0, head " ") == 1) ; next }
  shown { print }
' CHANGELOG.md | sed 's/^### /## /'
echo "<details><summary>All changes</summary>"
echo
"$cliff" --config cliff.toml --latest --strip all
echo
echo "</details>"

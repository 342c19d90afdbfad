#!/usr/bin/env bash
# Prints compose.yaml as a release has it: with the image of that release, and without a build.
#
#   compose.sh ghcr.io/owner/cogbox:1.2.3
set -euo pipefail
cd "$(dirname "$0")/../.."
image=${1:?name the image}

sed -e "s|\${COGBOX_IMAGE:-cogbox:local}|\${COGBOX_IMAGE:-$image}|" \
  -e '/^    # A release.s own compose.yaml/d' -e '/^    build: \.$/d' compose.yaml

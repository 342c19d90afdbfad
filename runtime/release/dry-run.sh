#!/usr/bin/env bash
# Walks the steps of .github/workflows/release.yml that need no GitHub, with what target/ holds, and
# leaves what a release would publish in target/release-files.
#
#   dry-run.sh VERSION
set -euo pipefail
cd "$(dirname "$0")/../.."
version=${1:?name the version} image=ghcr.io/owner/cogbox out=target/release-files
step() { printf '\033[1m== %s\033[0m\n' "$1"; }

step "version"
# Until the last commit before the tag the changelog's section has another name; everything else is
# walked all the same.
ready=true
runtime/release/version.sh "v$version" || ready=false

step "files"
rm -rf "$out"
runtime/release/files.sh "$version" "$(uname -m)" target/release/cogbox target/cogs "$out"
runtime/release/compose.sh "$image:$version" > "$out/compose.yaml"
cp .env.example "$out/env.example"
(cd "$out" && sha256sum -- * > SHA256SUMS && sha256sum --quiet -c SHA256SUMS)
ls -l "$out"

step "the program, as one unpacks it"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -C "$work" --strip-components=1 -xzf "$out/cogbox-$version-$(uname -m)-linux-gnu.tar.gz"
said=$("$work/cogbox" --version)
echo "$said"
[ "$said" = "cogbox $version" ] || { echo "error: the program says that it is $said"; ready=false; }

step "SDK"
make -s sdk-check

step "notes"
runtime/release/notes.sh "$version" "$image" > target/release-notes.md
wc -l target/release-notes.md

step "left to GitHub"
echo "arm64, the images, their SBOM, provenance and attestation, the release itself"
[ "$ready" = true ] || { echo "error: not ready to be tagged, see above"; exit 1; }

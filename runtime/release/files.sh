#!/usr/bin/env bash
# Packs the files of a release: the program with what one needs beside it, and the stock cogs.
#
#   files.sh VERSION MACHINE PROGRAM COGS FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1 machine=$2 program=$3 cogs=$4 out=$5

name=cogbox-$version-$machine-linux-gnu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out" "$work/$name"
strip --strip-debug -o "$work/$name/cogbox" "$program"
cp README.md CHANGELOG.md LICENSE LICENSE-MIT runtime/docs/cogbox.service "$work/$name"
# The same files make the same archive.
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" \
  -C "$work" -c "$name" | gzip -9n > "$out/$name.tar.gz"
for cog in "$cogs"/*.wasm; do
  cp "$cog" "$out/$(basename "$cog" .wasm)-$version.wasm"
done

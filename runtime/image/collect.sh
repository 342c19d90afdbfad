#!/usr/bin/env bash
# Puts what the image is made of into a folder: the program, stripped; the stock cogs; what a new
# volume starts with; yt-dlp.
#
#   collect.sh PROGRAM COGS FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "$1") cogs=$2 out=$3

rm -rf "$out"
mkdir -p "$out/cogs" "$out/data/cogs" "$out/data/media"
# Symbols stay, so that a backtrace has names; lines of sources are of use to developers alone.
strip --strip-debug -o "$out/cogbox" "$program"
cp "$cogs"/*.wasm "$out/cogs"
cp runtime/image/cogbox.toml "$out/data"
sed -n 's/^source = "\(.*\)"$/\1/p' runtime/image/cogbox.toml | while read -r source; do
  cp "$cogs/$(basename "$source")" "$out/data/$source"
done
"$program" lock --config "$out/data/cogbox.toml"
# Its byte code is made by the Python that runs it.
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --no-deps --no-compile \
  --require-hashes --target "$out/yt-dlp" -r runtime/yt-dlp.txt

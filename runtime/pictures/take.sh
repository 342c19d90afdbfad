#!/usr/bin/env bash
# Takes the README's pictures: starts `cogbox dev` on ports of its own, drives a headless browser.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools=target/tools/browser
[ -d $tools/node_modules/playwright-core ] ||
  npm install --silent --no-audit --no-fund --prefix $tools playwright-core@1.64.1

data=$(mktemp -d)
trap 'kill "$bot" 2>/dev/null || true; rm -rf "$data"' EXIT
target/debug/cogbox --log warn dev target/cogs --web 127.0.0.1:18080 --discord 127.0.0.1:18081 --data "$data" >/dev/null &
bot=$!
NODE_PATH=$tools/node_modules node runtime/pictures/take.cjs http://127.0.0.1:18081 http://127.0.0.1:18080 runtime/pictures

#!/usr/bin/env bash
# Checks what a release is made with, without Docker and without GitHub: the Dockerfile, compose.yaml,
# the workflows, the operators' files, and these scripts.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH="$PWD/target/tools/release/bin:$PATH"
stop() { printf 'error: %s\n' "$1" >&2; exit 1; }

hadolint Dockerfile
shellcheck .ci/run runtime/prerequisites.sh runtime/docs/*.sh runtime/image/*.sh runtime/release/*.sh
actionlint .github/workflows/*.yml
zizmor --offline --quiet --min-severity=medium .github
check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

# As the README has it: with the token alone; then with each profile, and with what .env.example names.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compose() { env -i PATH="$PATH" HOME="$work" docker-compose "$@"; }
echo "DISCORD_TOKEN=a.b.c" > "$work/token"
sed -n 's/^#\{0,1\}\([A-Z_]*=\)/\1/p' .env.example > "$work/all"
for profile in none monitoring traefik; do
  compose --env-file "$work/token" --profile "$profile" -f compose.yaml config -q
  compose --env-file "$work/all" --profile "$profile" -f compose.yaml config -q
done
runtime/release/compose.sh ghcr.io/owner/cogbox:1.2.3 > "$work/compose.yaml"
compose --env-file "$work/token" -f "$work/compose.yaml" config > "$work/resolved"
grep -q '^    image: ghcr.io/owner/cogbox:1.2.3$' "$work/resolved" || stop "a release's compose.yaml does not name its image"
! grep -q '^    build:' "$work/resolved" || stop "a release's compose.yaml builds"
for hardening in 'read_only: true' 'no-new-privileges:true' '- ALL' 'pids_limit:' 'mem_limit:'; do
  grep -qF -- "$hardening" "$work/resolved" || stop "compose.yaml has lost $hardening"
done

# Every value that compose.yaml takes is explained, and nothing else is.
grep -oE '[$][{][A-Z_]+' compose.yaml | cut -c3- | sort -u > "$work/taken"
cut -d= -f1 "$work/all" | sort -u > "$work/explained"
diff "$work/taken" "$work/explained" || stop "compose.yaml and .env.example name other values"

promtool check config runtime/observe/prometheus/compose.yml > "$work/told" || { cat "$work/told"; exit 1; }
runtime/docs/check.sh
echo "the release's files are as they should be"

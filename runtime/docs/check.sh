#!/usr/bin/env bash
# Checks the operators' files by the programs that will read them.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The program is not where the unit says, here.
sed 's|^ExecStart=/usr/local/bin/cogbox|ExecStart=/bin/true|' cogbox.service > "$work/cogbox.service"
systemd-analyze verify "$work/cogbox.service"
# Exposed by 2 of 10 at most.
systemd-analyze security --offline=yes --threshold=20 "$work/cogbox.service" > "$work/told" ||
  { grep '✗' "$work/told"; exit 1; }
kubernetes-validate --strict --quiet kubernetes.yaml
check-jsonschema --builtin-schema vendor.compose-spec authentik.yaml

#!/usr/bin/env bash
# Checks that a tag is the version that is released, and says what follows from it:
#
#   version.sh v1.2.3     version=, prerelease=, tags= (of the image), a line each
set -euo pipefail
cd "$(dirname "$0")/../.."

stop() { printf 'error: %s\n  fix: %s\n' "$1" "$2" >&2; exit 1; }
of() { sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' "$1"; }

tag=${1:?name the tag}
version=$(of Cargo.toml)
sdk=$(of cogs/Cargo.toml)
[ "$tag" = "v$version" ] ||
  stop "the tag $tag is not the version in Cargo.toml, $version" "tag v$version, or write the version into Cargo.toml"
[ "$sdk" = "$version" ] ||
  stop "cogs/Cargo.toml has version $sdk, Cargo.toml $version" "release the SDK with the host: \`cogbox new\` names its own version"
grep -qF "version = \"=$version\"" cogs/sdk/Cargo.toml ||
  stop "cogs/sdk/Cargo.toml wants other macros than those of $version" "write version = \"=$version\" there"
grep -q "^## $version\b" CHANGELOG.md ||
  stop "CHANGELOG.md has no section '## $version'" "rename 'Unreleased' there, and begin a new one"
[ -f "runtime/src/store/migrate/released/$version.sql" ] ||
  stop "the database's schema of $version is not written down" "run make freeze RELEASE=$version"

tags=$version prerelease=false
if [[ $version == *-* ]]; then
  prerelease=true
else
  IFS=. read -r major minor _ <<<"$version"
  tags+=" $major.$minor"
  [ "$major" = 0 ] || tags+=" $major"
fi
printf 'version=%s\nprerelease=%s\ntags=%s\n' "$version" "$prerelease" "$tags"

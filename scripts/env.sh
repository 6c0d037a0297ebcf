# shellcheck shell=bash
# Sourced by every script: where things lie, which versions of the tools, how a step is announced.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD

CARGO_LEPTOS=0.3.6 # the newest that the pinned Rust can build
CARGO_NEXTEST=0.9.143
CARGO_DENY=0.19.9
WASM_BINDGEN=$(awk '$0 == "name = \"wasm-bindgen\"" { getline; gsub(/.*= |"/, ""); print; exit }' Cargo.lock)
RUST=$(awk -F'"' '/^rust-version/ { print $2; exit }' Cargo.toml)

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/gatepost
TOOLS=$CACHE/tools
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}

# What cargo-leptos adds in debug builds. With the same flags both share one cache (see docs/decisions/0001).
export RUSTFLAGS="--cfg erase_components"

step() { printf '\n==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
fail() {
  printf '\nerror: %s\n' "$*" >&2
  exit 1
}

# version_of COMMAND…: the first dotted number it prints
version_of() {
  local text
  text=$("$@" 2>/dev/null) || return 1
  [[ $text =~ [0-9]+(\.[0-9]+)+ ]] && echo "${BASH_REMATCH[0]}"
}

# at_least HAVE WANT
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# tool_fits TOOL VERSION exact|least: is the one on PATH good enough?
tool_fits() {
  local have
  have=$(version_of "$1" --version) || return 1
  if [ "$3" = exact ]; then [ "$have" = "$2" ]; else at_least "$have" "$2"; fi
}

# A tool of the right version on PATH is used as it is; otherwise ours goes first.
use_tool() { tool_fits "$@" || PATH="$TOOLS/$1-$2/bin:$PATH"; }
use_tool cargo-leptos "$CARGO_LEPTOS" exact
use_tool wasm-bindgen "$WASM_BINDGEN" exact
use_tool cargo-nextest "$CARGO_NEXTEST" least
use_tool cargo-deny "$CARGO_DENY" least
export PATH="$ROOT/node_modules/.bin:$PATH"

# cargo-leptos adds its own flags to what it finds: it must find none. Called by its full name, because cargo would look
# in its own folder before PATH.
leptos() { env -u RUSTFLAGS cargo-leptos "$@"; }
nextest() { cargo-nextest nextest "$@"; }

# The folder of PostgreSQL's programs, newest first; Debian keeps them off PATH.
postgres_dir() {
  local dir
  for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(pg_config --bindir 2>/dev/null || true)"; do
    if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ]; then
      echo "$dir"
      return
    fi
  done
  dir=$(command -v initdb) && dirname "$dir"
}

chromium_path() {
  if [ -n "${CHROMIUM:-}" ]; then
    echo "$CHROMIUM"
    return
  fi
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

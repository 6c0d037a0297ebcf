#!/usr/bin/env bash
# Brings the tools of the build, and of what is named: scripts/tools.sh [test] [audit]
source "$(dirname "$0")/env.sh"

HOST=$(rustc -vV 2>/dev/null | awk '/^host:/ { print $2 }') || fail "there is no rustc on PATH: install Rust with rustup."

# download URL TOOL HOME: a prebuilt release where one can be reached
download() {
  command -v curl >/dev/null || return 1
  local dir found
  dir=$(mktemp -d)
  if curl -fsSL --connect-timeout 5 --max-time 300 "$1" 2>/dev/null | tar -xz -C "$dir" 2>/dev/null; then
    found=$(find "$dir" -type f -name "$2" | head -n 1)
    if [ -n "$found" ] && mkdir -p "$3/bin" && install -m 755 "$found" "$3/bin/$2"; then
      rm -rf "$dir"
      return 0
    fi
  fi
  rm -rf "$dir"
  return 1
}

# ensure TOOL VERSION exact|least MINUTES URL ARGUMENTS-OF-CARGO-INSTALL…
ensure() {
  local tool=$1 version=$2 rule=$3 minutes=$4 url=$5
  shift 5
  if tool_fits "$tool" "$version" "$rule"; then return; fi
  local home=$TOOLS/$tool-$version quiet=()
  step "$tool $version: fetching a prebuilt release (seconds)"
  if download "$url" "$tool" "$home" && tool_fits "$tool" "$version" "$rule"; then
    note "kept in $home"
    return
  fi
  note "no prebuilt release can be used here"
  step "$tool $version: building from source into $home (about $minutes minutes on two cores, once)"
  [ -t 2 ] || quiet=(--quiet)
  # Optimised lightly, these tools build in half the time. A build that was interrupted goes on where it stopped.
  mkdir -p "$TOOLS"
  (
    cd "$TOOLS"
    export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0
    env -u RUSTFLAGS -u CARGO_TARGET_DIR -u CARGO_BUILD_TARGET_DIR \
      cargo install "$@" --root "$home" --target-dir "$TOOLS/build-$tool" --force ${quiet[@]+"${quiet[@]}"}
  ) || fail "$tool $version could not be built. With it on PATH this step is left out."
  rm -rf "$TOOLS/build-$tool"
  tool_fits "$tool" "$version" "$rule" || fail "$tool was built, but does not answer to --version $version."
}

check_ground() {
  local have
  have=$(version_of rustc --version)
  at_least "$have" "$RUST" || fail "Rust $have is too old, $RUST is needed: rustup update stable"
  have=$(version_of node --version) || fail "there is no node on PATH: install Node 20 or newer."
  at_least "$have" 20 || fail "Node $have is too old, 20 is needed."
  command -v cc >/dev/null || fail "there is no C compiler on PATH (cc)."
}

ensure_wasm_target() {
  if [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ]; then return; fi
  step "Rust's standard library for the browser, wasm32-unknown-unknown (seconds)"
  command -v rustup >/dev/null || fail "the target wasm32-unknown-unknown is not installed, and there is no rustup to add it."
  rustup target add wasm32-unknown-unknown
}

ensure_npm_tools() {
  if cmp -s package-lock.json node_modules/.installed-lock.json; then return; fi
  step "npm tools: CSS, wasm-opt, Playwright (about 10 seconds)"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed-lock.json
}

check_ground
ensure_wasm_target
releases=https://github.com
ensure cargo-leptos "$CARGO_LEPTOS" exact 12 \
  "$releases/leptos-rs/cargo-leptos/releases/download/v$CARGO_LEPTOS/cargo-leptos-$HOST.tar.gz" \
  cargo-leptos --version "$CARGO_LEPTOS" --locked --config profile.release.opt-level=1
# Without --locked: the lock file of 0.2.130 names a version that was withdrawn.
ensure wasm-bindgen "$WASM_BINDGEN" exact 4 \
  "$releases/wasm-bindgen/wasm-bindgen/releases/download/$WASM_BINDGEN/wasm-bindgen-$WASM_BINDGEN-${HOST/linux-gnu/linux-musl}.tar.gz" \
  wasm-bindgen-cli --version "$WASM_BINDGEN"
for group in "$@"; do
  case $group in
    test)
      ensure cargo-nextest "$CARGO_NEXTEST" least 5 \
        "$releases/nextest-rs/nextest/releases/download/cargo-nextest-$CARGO_NEXTEST/cargo-nextest-$CARGO_NEXTEST-$HOST.tar.gz" \
        cargo-nextest --version "$CARGO_NEXTEST" --locked --config profile.release.opt-level=1
      ;;
    audit)
      ensure cargo-deny "$CARGO_DENY" least 5 \
        "$releases/EmbarkStudios/cargo-deny/releases/download/$CARGO_DENY/cargo-deny-$CARGO_DENY-${HOST/linux-gnu/linux-musl}.tar.gz" \
        cargo-deny --version "$CARGO_DENY" --locked --config profile.release.opt-level=1
      ;;
    *) fail "scripts/tools.sh knows the groups test and audit, not $group." ;;
  esac
done
ensure_npm_tools

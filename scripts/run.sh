#!/usr/bin/env bash
# The demo from a fresh clone: brings the tools, builds, starts sandbox and server, tells where they are.
# GATEPOST_PROFILE=dev builds without optimising.
source "$(dirname "$0")/env.sh"
source scripts/demo.sh
check_ports

profile=${GATEPOST_PROFILE:-release}
case $profile in
  release) flags=(--release) bin=$TARGET/release site=target/site-release minutes=15 ;;
  dev) flags=() bin=$TARGET/debug site=target/site minutes=10 ;;
  *) fail "GATEPOST_PROFILE is release or dev, not $profile." ;;
esac
export LEPTOS_OUTPUT_NAME=gatepost LEPTOS_SITE_ROOT=$site LEPTOS_SITE_PKG_DIR=pkg
stamp=target/built-$profile

# Nothing is built again while no source is newer than the last build.
is_built() {
  [ -x "$bin/gatepost" ] && [ -x "$bin/sandbox" ] && [ -e "$LEPTOS_SITE_ROOT/pkg/gatepost.wasm" ] && [ -e "$stamp" ] &&
    [ -z "$(find app crates frontend migration server style public .cargo Cargo.toml Cargo.lock package-lock.json \
      -newer "$stamp" -print -quit)" ]
}

if ! is_built; then
  scripts/tools.sh
  mkdir -p target
  touch "$stamp.begun" # what is edited while the build runs counts as newer
  step "Server and sandbox, $profile build (about $minutes minutes from nothing on two cores, seconds after an edit)"
  cargo build --locked ${flags[@]+"${flags[@]}"} -p server -p sandbox
  step "Client: WASM, style, assets (about $((minutes / 3)) minutes from nothing)"
  # Components are erased in release builds, too (env.sh): docs/decisions/0011 has the weights.
  if [ "$profile" = release ]; then cargo-leptos build --frontend-only --release --split --precompress; else leptos build --frontend-only --split; fi
  mv "$stamp.begun" "$stamp"
fi

mkdir -p -m 700 data # what lies in it is for the server alone
start_sandbox "$bin/sandbox"
step "Server: keys and database are made in data/ on the first start"
start server "$bin/gatepost" serve
node scripts/wait-for.mjs "http://127.0.0.1:${LISTEN_ADDR##*:}/healthz" 60 "${pids[1]}" >/dev/null ||
  fail "the server did not start."
cat <<TEXT

    Gatepost is at    $PUBLIC_URL
    Create an account there with any address and password, then press "Connect Gmail".
    Connect as        $(sample_person)   (everybody: $SANDBOX_URL/_sandbox/people)
    To stop           press Ctrl-C

TEXT
watch_over

#!/usr/bin/env bash
# The figures, on release builds: scripts/bench.sh [NAME…]. Each is printed with its baseline and kept in target/bench/.
source "$(dirname "$0")/env.sh"
scripts/tools.sh test
scripts/services.sh
export SANDBOX_BIN=$TARGET/release/sandbox
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost

# In memory: what is measured is our own work, not how long a disk takes.
scheduler() { TMPDIR=/dev/shm scripts/with-databases.sh cargo bench --locked --quiet --package domain --bench scheduler; }

pages() {
  step "Client and server, as they are run"
  cargo build --locked --release --package server
  export LEPTOS_OUTPUT_NAME=gatepost LEPTOS_SITE_ROOT=$ROOT/target/site-release LEPTOS_SITE_PKG_DIR=pkg
  cargo-leptos build --frontend-only --release --split --precompress
  CHROMIUM=$(chromium_path)
  export CHROMIUM GATEPOST_BIN=$TARGET/release/gatepost
  (cd end2end && playwright test --config figures.config.ts)
}

# Databases that would survive a power cut, as in life.
figures() { DURABLE=true scripts/with-databases.sh cargo bench --locked --quiet --package server --bench figures -- "$@"; }

step "Building what is measured"
cargo build --locked --release --package sandbox
case ${1:-} in
  scheduler | pages) "$1" ;;
  *)
    venv=$(end2end/contract/environment.sh)
    export PYTHON=$venv/bin/python PYTHONDONTWRITEBYTECODE=1
    cargo bench --locked --package server --bench figures --no-run
    if [ $# = 0 ]; then
      scheduler
      pages
    fi
    figures "$@"
    ;;
esac

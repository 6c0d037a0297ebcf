#!/usr/bin/env bash
# The browser tests alone; arguments go to Playwright: scripts/e2e.sh connect --headed
source "$(dirname "$0")/env.sh"
scripts/tools.sh
scripts/services.sh
step "Server, sandbox and client, debug build"
cargo build --locked --workspace --exclude frontend --lib --bins --tests
export LEPTOS_OUTPUT_NAME=gatepost LEPTOS_SITE_ROOT=$ROOT/target/site LEPTOS_SITE_PKG_DIR=pkg
leptos build --frontend-only --split
CHROMIUM=$(chromium_path)
export CHROMIUM GATEPOST_BIN=$TARGET/debug/gatepost SANDBOX_BIN=$TARGET/debug/sandbox
cd end2end
exec playwright test "$@"

#!/usr/bin/env bash
# The edit loop: the demo, rebuilt and reloaded in the browser whenever a file changes.
source "$(dirname "$0")/env.sh"
source scripts/demo.sh
scripts/tools.sh
check_ports
step "Sandbox, debug build"
cargo build -p sandbox
mkdir -p data
start_sandbox "$TARGET/debug/sandbox"
step "Server at $PUBLIC_URL; connect as $(sample_person); Ctrl-C ends it"
export LEPTOS_SITE_ROOT=target/site LEPTOS_SITE_ADDR=$LISTEN_ADDR
start "watching build" env -u RUSTFLAGS cargo-leptos watch --split
watch_over

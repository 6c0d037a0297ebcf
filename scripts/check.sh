#!/usr/bin/env bash
# What should hold before a commit: format, lints, boundaries, the list of dependencies, the fast tests.
source "$(dirname "$0")/env.sh"
scripts/tools.sh test
step "Format"
cargo fmt --all --check
scripts/boundaries.sh
node scripts/dependencies.mjs
step "Lints of the server half (about 5 minutes from nothing)"
cargo clippy --locked --workspace --exclude frontend --all-targets -- -D warnings
scripts/check-ui.sh
step "Fast tests: the unit tests of every crate"
nextest run --locked --workspace --exclude frontend --lib --no-tests=pass

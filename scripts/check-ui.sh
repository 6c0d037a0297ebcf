#!/usr/bin/env bash
# Lints the screens as the browser gets them; with --both also as the server renders them.
source "$(dirname "$0")/env.sh"
if [ "${1:-}" = --both ]; then
  step "Lints of the screens as the server renders them"
  cargo clippy --locked -p app --features ssr -- -D warnings
fi
# In cargo-leptos's own folder, or Leptos would be built a third time.
step "Lints of the screens as the browser gets them (about 2 minutes from nothing)"
cargo clippy --locked -p app -p frontend --features app/hydrate --lib \
  --target wasm32-unknown-unknown --target-dir "$TARGET/front" -- -D warnings

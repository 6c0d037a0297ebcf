#!/usr/bin/env bash
# Holds every dependency to deny.toml, and to the published advisories where they can be fetched.
source "$(dirname "$0")/env.sh"
scripts/tools.sh audit
step "Bans, licences, sources"
cargo-deny --locked check --hide-inclusion-graph bans licenses sources
step "Advisories"
if GIT_TERMINAL_PROMPT=0 timeout 10 git ls-remote --exit-code https://github.com/RustSec/advisory-db HEAD >/dev/null 2>&1; then
  cargo-deny --locked check advisories
else
  note "not checked: the RustSec advisory database cannot be reached from here."
fi

#!/usr/bin/env bash
# The figures, on release builds: scripts/bench.sh [NAME…]. Each is printed with its baseline and kept in target/bench/.
source "$(dirname "$0")/env.sh"
scripts/tools.sh test
scripts/services.sh
venv=$(end2end/contract/environment.sh)
step "Building what is measured"
cargo build --locked --release --package sandbox
cargo bench --locked --package server --bench figures --no-run
export PYTHON=$venv/bin/python SANDBOX_BIN=$TARGET/release/sandbox PYTHONDONTWRITEBYTECODE=1
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
if [ $# = 0 ] || [ "$1" = scheduler ]; then
  # In memory: what is measured is our own work, not how long a disk takes.
  TMPDIR=/dev/shm scripts/with-databases.sh cargo bench --locked --quiet --package domain --bench scheduler
fi
if [ "${1:-}" != scheduler ]; then
  # Databases that would survive a power cut, as in life.
  DURABLE=true scripts/with-databases.sh cargo bench --locked --quiet --package server --bench figures -- "$@"
fi

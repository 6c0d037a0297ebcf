#!/usr/bin/env bash
# The long trials: scripts/soak.sh [jobs|kills|send…]. Workers are killed with -9 again and again; any difference afterwards
# ends it with 1. GATEPOST_SOAK_TRIALS=20 makes it short. PROFILE=release measures what is shipped; what is tried is the same.
source "$(dirname "$0")/env.sh"
scripts/tools.sh test
scripts/services.sh
profile=${PROFILE:-}
if [ -z "$profile" ]; then
  profile=dev
  if [ -x "$TARGET/release/gatepost" ]; then profile=release; fi
fi
step "Building what is killed ($profile)"
cargo bench --locked --profile "$profile" --package server --bench soak --no-run
step "Killing it"
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
exec scripts/with-databases.sh cargo bench --locked --quiet --profile "$profile" --package server --bench soak -- "$@"

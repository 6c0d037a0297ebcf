#!/usr/bin/env bash
# Every test there is, from a fresh clone: brings tools and servers, builds, runs, counts.
source "$(dirname "$0")/env.sh"
scripts/tools.sh test
scripts/services.sh
exec scripts/with-databases.sh scripts/suites.sh

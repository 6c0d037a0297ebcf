#!/usr/bin/env bash
# The Python environment with the client libraries of Google and Microsoft: makes it once, prints its folder.
set -euo pipefail
cd "$(dirname "$0")"

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

install='install it with: sudo apt-get install python3 python3-venv'
command -v python3 >/dev/null || fail "python3 is missing; $install"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "python3 is older than 3.11; $install"
python3 -c 'import ensurepip, venv' 2>/dev/null || fail "python3 cannot make virtual environments; $install"

# One environment per list of packages and interpreter; it counts only when it was finished.
key=$({ cat requirements.txt; python3 -c 'import sys; print(sys.version, sys.prefix)'; } | sha256sum | cut -c1-16)
venv=${XDG_CACHE_HOME:-$HOME/.cache}/gatepost/contract-venv-$key
if [ ! -e "$venv/finished" ]; then
  echo "==> The client libraries of Google and Microsoft (about a minute, 400 MB, once)" >&2
  rm -rf "$venv"
  mkdir -p "$(dirname "$venv")"
  python3 -m venv "$venv" || fail "no virtual environment in $venv; $install"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-compile --requirement requirements.txt ||
    fail "the packages in end2end/contract/requirements.txt could not be installed"
  touch "$venv/finished"
fi
echo "$venv"

#!/usr/bin/env bash
# Google's and Microsoft's own clients against the sandbox. Needs python3 with venv, node with the npm packages of this
# project, and cargo when the sandbox is not built yet.
#   SANDBOX_BIN       the program to test; built from here when not given
#   CARGO_TARGET_DIR  as for cargo
# What is given on the command line goes to pytest.
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

install='install it with: sudo apt-get install python3 python3-venv'
command -v python3 >/dev/null || fail "python3 is missing; $install"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "python3 is older than 3.11; $install"
python3 -c 'import ensurepip, venv' 2>/dev/null || fail "python3 cannot make virtual environments; $install"

command -v node >/dev/null || fail "node is missing"
[ -e "$root/node_modules/@microsoft/microsoft-graph-client" ] ||
  (cd "$root" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error) ||
  fail "the npm packages could not be installed"

# One environment per list of packages and interpreter; it counts only when it was finished.
key=$({ cat requirements.txt; python3 -c 'import sys; print(sys.version, sys.prefix)'; } | sha256sum | cut -c1-16)
venv=${XDG_CACHE_HOME:-$HOME/.cache}/gatepost/contract-venv-$key
if [ ! -e "$venv/finished" ]; then
  echo "==> The client libraries of Google and Microsoft (about a minute, 400 MB, once)"
  rm -rf "$venv"
  mkdir -p "$(dirname "$venv")"
  python3 -m venv "$venv" || fail "no virtual environment in $venv; $install"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-compile --requirement requirements.txt ||
    fail "the packages in end2end/contract/requirements.txt could not be installed"
  touch "$venv/finished"
fi

if [ -z "${SANDBOX_BIN:-}" ]; then
  # The same flag as everywhere else here, so that nothing is built twice.
  (cd "$root" && RUSTFLAGS="--cfg erase_components" cargo build --locked --package sandbox)
  target=${CARGO_TARGET_DIR:-target}
  [[ $target == /* ]] || target=$root/$target
  SANDBOX_BIN=$target/debug/sandbox
fi
[[ $SANDBOX_BIN == /* ]] || SANDBOX_BIN=$called_from/$SANDBOX_BIN
[ -x "$SANDBOX_BIN" ] || fail "there is no sandbox at $SANDBOX_BIN"
export SANDBOX_BIN

export PYTHONDONTWRITEBYTECODE=1
# Nothing here leaves the machine, whatever proxy the environment names.
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
exec "$venv/bin/python" -m pytest --quiet "$@"

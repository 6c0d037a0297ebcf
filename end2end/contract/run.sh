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

command -v node >/dev/null || fail "node is missing"
[ -e "$root/node_modules/@microsoft/microsoft-graph-client" ] ||
  (cd "$root" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error) ||
  fail "the npm packages could not be installed"
venv=$(./environment.sh)

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

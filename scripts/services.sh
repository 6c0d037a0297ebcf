#!/usr/bin/env bash
# Brings what the tests need besides the build tools: Chromium, PostgreSQL 15+, Redis 7+, Python 3.11+ with venv.
# Where it may not install them, it says which command would, and fails.
source "$(dirname "$0")/env.sh"

missing=()  # what to tell the person
packages=() # what Debian calls it

look() {
  missing=() packages=()
  local dir have
  if ! chromium_path >/dev/null; then
    missing+=("Chromium") packages+=(chromium fonts-liberation fonts-noto-color-emoji)
  fi
  dir=$(postgres_dir) && have=$(version_of "$dir/postgres" --version) || have=0
  if ! at_least "$have" 15; then
    missing+=("PostgreSQL 15 or newer") packages+=(postgresql)
  fi
  have=$(version_of redis-server --version) || have=0
  if ! at_least "$have" 7 || ! command -v redis-cli >/dev/null; then
    missing+=("Redis 7 or newer") packages+=(redis-server redis-tools)
  fi
  if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    missing+=("Python 3.11 or newer with venv") packages+=(python3 python3-venv)
  fi
}

listed() {
  local IFS=,
  echo "${missing[*]}" | sed 's/,/, /g'
}

look
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

if [ "$(id -u)" = 0 ]; then
  sudo=()
elif sudo -n true 2>/dev/null; then
  sudo=(sudo -n)
else
  sudo=(none)
fi
if [ "${sudo[0]-}" = none ] || ! command -v apt-get >/dev/null; then
  fail "the tests also need: $(listed).
       On Debian or Ubuntu: sudo apt-get install ${packages[*]}"
fi

step "$(listed): installing with apt-get (about half a minute)"
export DEBIAN_FRONTEND=noninteractive
install=(apt-get install -y -qq --no-install-recommends "${packages[@]}")
log=$(mktemp)
if ! { ${sudo[@]+"${sudo[@]}"} apt-get update -qq && ${sudo[@]+"${sudo[@]}"} "${install[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log"
  rm -f "$log"
  fail "that did not work: ${sudo[*]-} ${install[*]}"
fi
rm -f "$log"
look
[ ${#missing[@]} -eq 0 ] || fail "still missing after the installation: $(listed)."

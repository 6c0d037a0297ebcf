#!/usr/bin/env bash
# Runs a command beside a PostgreSQL and a Redis of its own, on free ports, with data that is thrown away afterwards:
#   scripts/with-databases.sh cargo nextest run -p server
# The command finds them in GATEPOST_TEST_POSTGRES (a superuser that may create databases) and GATEPOST_TEST_REDIS.
source "$(dirname "$0")/env.sh"
[ $# -gt 0 ] || fail "usage: scripts/with-databases.sh COMMAND…"

# Nothing here has to survive a power cut, and memory is faster than a disk, where there is enough of it. With
# DURABLE=true it is as in life: for figures.
base=${TMPDIR:-/tmp}
careless=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
if [ "${DURABLE:-}" = true ]; then careless=(); fi
free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }') || free=0
if [ "${#careless[@]}" -gt 0 ] && [ "${free:-0}" -gt 4000000 ] && [ -w /dev/shm ]; then base=/dev/shm; fi
dir=$(mktemp -d "$base/gatepost-test.XXXXXX")
chmod 711 "$dir"
children=()

# shellcheck disable=SC2329 # called by the trap
clean_up() {
  local code=$? pid
  set +e
  trap - EXIT INT TERM
  for pid in ${children[@]+"${children[@]}"}; do kill -QUIT "$pid" 2>/dev/null; kill "$pid" 2>/dev/null; done
  wait 2>/dev/null
  rm -rf "$dir"
  exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Below the range from which the system hands out ports by itself.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)) && port_taken "$port"; do :; done
  echo "$port"
}

# wait_until SECONDS PID LOG COMMAND…: until the command succeeds, while the process lives
wait_until() {
  local tries=$(($1 * 10)) pid=$2 log=$3
  shift 3
  until "$@" >/dev/null 2>&1; do
    if ! kill -0 "$pid" 2>/dev/null || [ $((tries -= 1)) -le 0 ]; then
      cat "$log"
      return 1
    fi
    sleep 0.1
  done
}

start_postgres() {
  local bin port as=()
  bin=$(postgres_dir) || fail "PostgreSQL is not installed: scripts/services.sh brings it."
  port=$(free_port)
  mkdir "$dir/postgres"
  if [ "$(id -u)" = 0 ]; then # it refuses to run as root
    as=(setpriv --reuid=postgres --regid=postgres --init-groups)
    chown postgres "$dir/postgres"
  fi
  (cd / && ${as[@]+"${as[@]}"} "$bin/initdb" -D "$dir/postgres/data" -U gatepost -A trust -E UTF8 --locale=C --no-sync) \
    >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log"; fail "PostgreSQL could not make its data folder."; }
  ${as[@]+"${as[@]}"} "$bin/postgres" -D "$dir/postgres/data" -p "$port" -k "$dir/postgres" \
    -c listen_addresses=127.0.0.1 -c max_connections=300 -c shared_buffers=128MB \
    ${careless[@]+"${careless[@]}"} >"$dir/postgres.log" 2>&1 &
  children+=($!)
  wait_until 30 $! "$dir/postgres.log" "$bin/psql" -h 127.0.0.1 -p "$port" -U gatepost -d postgres -c 'SELECT 1' ||
    fail "PostgreSQL did not start."
  export GATEPOST_TEST_POSTGRES="postgres://gatepost@127.0.0.1:$port/postgres"
}

start_redis() {
  command -v redis-server >/dev/null || fail "Redis is not installed: scripts/services.sh brings it."
  local port
  port=$(free_port)
  redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$dir" >"$dir/redis.log" 2>&1 &
  children+=($!)
  wait_until 10 $! "$dir/redis.log" redis-cli -h 127.0.0.1 -p "$port" ping || fail "Redis did not start."
  export GATEPOST_TEST_REDIS="redis://127.0.0.1:$port"
}

start_postgres
start_redis
"$@"

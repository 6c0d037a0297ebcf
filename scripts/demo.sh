# shellcheck shell=bash
# Sourced by run.sh and dev.sh: the demo's settings, its two processes and how they end together.
export DEMO=true
export LISTEN_ADDR=${LISTEN_ADDR:-127.0.0.1:3000}
export PUBLIC_URL=${PUBLIC_URL:-http://localhost:3000}
SANDBOX_GOOGLE_PORT=${SANDBOX_GOOGLE_PORT:-4010}
SANDBOX_MICROSOFT_PORT=${SANDBOX_MICROSOFT_PORT:-4020}
SANDBOX_URL=http://127.0.0.1:$SANDBOX_GOOGLE_PORT
export GOOGLE_ISSUER=$SANDBOX_URL GOOGLE_API_URL=$SANDBOX_URL
names=() pids=()

check_ports() {
  if port_taken "${LISTEN_ADDR##*:}"; then
    fail "port ${LISTEN_ADDR##*:} is taken; choose another with LISTEN_ADDR=127.0.0.1:3100 PUBLIC_URL=http://localhost:3100."
  fi
  if port_taken "$SANDBOX_GOOGLE_PORT"; then
    fail "port $SANDBOX_GOOGLE_PORT is taken; choose another with SANDBOX_GOOGLE_PORT=4110."
  fi
  if port_taken "$SANDBOX_MICROSOFT_PORT"; then
    fail "port $SANDBOX_MICROSOFT_PORT is taken; choose another with SANDBOX_MICROSOFT_PORT=4120."
  fi
}

# start NAME COMMAND…
start() {
  local name=$1
  shift
  "$@" &
  names+=("$name") pids+=($!)
}

start_sandbox() { # PATH-OF-BINARY
  step "Sandbox: a pretend Google at $SANDBOX_URL"
  start sandbox "$1" --google-port "$SANDBOX_GOOGLE_PORT" --microsoft-port "$SANDBOX_MICROSOFT_PORT" \
    --client "gatepost-demo:gatepost-demo-secret:$PUBLIC_URL/auth/google/callback" \
    --client "gatepost-demo:gatepost-demo-secret:$PUBLIC_URL/auth/microsoft/callback" >/dev/null
  PEOPLE=$(node scripts/wait-for.mjs "$SANDBOX_URL/_sandbox/people" 30 "${pids[0]}") || fail "the sandbox did not start."
}

# The first person of the sandbox, to connect as.
sample_person() { node -e 'const [p] = JSON.parse(process.argv[1]); console.log(p.address)' "$PEOPLE"; }

# shellcheck disable=SC2329 # called by the trap
stop_all() {
  local code=$? tries=50 pid
  set +e
  trap '' INT TERM HUP
  trap - EXIT
  [ ${#pids[@]} -eq 0 ] || kill -INT "${pids[@]}" 2>/dev/null
  for pid in ${pids[@]+"${pids[@]}"}; do # ten seconds for all of them to end in good order
    while kill -0 "$pid" 2>/dev/null && [ $((tries -= 1)) -gt 0 ]; do sleep 0.2; done
    kill -KILL "$pid" 2>/dev/null
  done
  wait 2>/dev/null
  exit "$code"
}
trap stop_all EXIT
trap 'printf "\nStopped.\n"; exit 0' INT
trap 'exit 143' TERM HUP

# Stays until one of the processes ends; the trap then ends the others.
watch_over() {
  local i code
  while sleep 1; do
    for i in "${!pids[@]}"; do
      if ! kill -0 "${pids[i]}" 2>/dev/null; then
        code=0
        wait "${pids[i]}" || code=$?
        fail "the ${names[i]} ended by itself (status $code), so everything is stopped."
      fi
    done
  done
}

#!/usr/bin/env bash
# The tests themselves, beside running databases: unit and integration, documentation, contract, browser.
# Every suite runs, whatever came of the one before; the last line counts them all.
source "$(dirname "$0")/env.sh"
passed=0 failed=0 skipped=0
reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT

# count PASSED FAILED SKIPPED STATUS NAME: a suite that failed without a failed test counts as one
count() {
  local bad=$2
  if [ "$4" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
  passed=$((passed + $1)) failed=$((failed + bad)) skipped=$((skipped + $3))
  note "$5: $1 passed, $bad failed$([ "$3" = 0 ] || echo ", $3 skipped")"
}

# number PATTERN FILE: the last number before the pattern
number() { sed -E 's/\x1b\[[0-9;]*m//g' "$2" | { grep -oE "[0-9]+ $1" || echo 0; } | tail -n 1 | grep -oE '^[0-9]+'; }

rust_tests() {
  step "Unit and integration tests (about 10 minutes to build from nothing, then 2)"
  local report status=0 attribute
  report=$ROOT/target/nextest/default/junit.xml # where nextest keeps its records, wherever the builds are
  rm -f "$report"
  # One command builds tests and programs together: apart, other features of some crates would be asked for, and those
  # crates and all above them would be built twice.
  cargo build --locked --workspace --exclude frontend --lib --bins --tests && nextest run --locked --workspace --exclude frontend || status=$?
  attribute() { grep -oEm1 "<testsuites [^>]*" "$report" | grep -oE " $1=\"[0-9]+" | grep -oE '[0-9]+$' || echo 0; }
  if [ -e "$report" ]; then
    local bad=$(($(attribute failures) + $(attribute errors)))
    count $(($(attribute tests) - bad)) "$bad" 0 "$status" "unit and integration"
  else
    count 0 1 0 1 "unit and integration"
  fi
}

doc_tests() {
  if ! grep -rqE '^ *//[/!] ```' --include='*.rs' app crates migration server; then return; fi
  step "Examples in the documentation (about a minute)"
  local status=0 log=$reports/doc.txt
  cargo test --locked --workspace --exclude frontend --doc 2>&1 | tee "$log" || status=$?
  count "$(awk '/^test result/ { n += $4 } END { print n + 0 }' "$log")" \
    "$(awk '/^test result/ { n += $6 } END { print n + 0 }' "$log")" 0 "$status" documentation
}

contract_tests() {
  [ -x end2end/contract/run.sh ] || return 0
  step "Contract: Google's own client library against the sandbox (about a minute)"
  local status=0 log=$reports/contract.txt
  SANDBOX_BIN=$TARGET/debug/sandbox end2end/contract/run.sh 2>&1 | tee "$log" || status=$?
  count "$(number passed "$log")" "$(number failed "$log")" "$(number skipped "$log")" "$status" contract
}

browser_tests() {
  [ -e end2end/playwright.config.ts ] || return 0
  step "Client for the browser tests (about 4 minutes from nothing)"
  export LEPTOS_OUTPUT_NAME=gatepost LEPTOS_SITE_ROOT=$ROOT/target/site LEPTOS_SITE_PKG_DIR=pkg
  if ! leptos build --frontend-only --split; then
    count 0 1 0 1 "browser (the client did not build)"
    return
  fi
  step "Browser tests (about 5 minutes)"
  local status=0 report=$reports/browser.json stat
  CHROMIUM=$(chromium_path)
  export CHROMIUM GATEPOST_BIN=$TARGET/debug/gatepost SANDBOX_BIN=$TARGET/debug/sandbox
  (cd end2end && PLAYWRIGHT_JSON_OUTPUT_FILE=$report playwright test --reporter=list,json) || status=$?
  stat() { node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).stats[process.argv[2]]' "$report" "$1" 2>/dev/null || echo 0; }
  # One that passed only at a second try is a failure.
  count "$(stat expected)" $(($(stat unexpected) + $(stat flaky))) "$(stat skipped)" "$status" browser
}

rust_tests
doc_tests
contract_tests
browser_tests
printf '\n%s passed, %s failed%s\n' "$passed" "$failed" "$([ "$skipped" = 0 ] || echo ", $skipped skipped")"
[ "$failed" = 0 ]

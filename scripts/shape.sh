#!/usr/bin/env bash
# The ten longest Rust files (aim: at most 300 lines) and the ten longest functions (aim: at most 60).
source "$(dirname "$0")/env.sh"
files=$(git ls-files --cached --others --exclude-standard '*.rs' | while IFS= read -r file; do if [ -e "$file" ]; then echo "$file"; fi; done)

step "Longest files, in lines"
xargs wc -l <<<"$files" | grep -v ' total$' | sort -rn | sed -n 1,10p

# rustfmt puts the closing brace of a function below the beginning of its first line, and nothing else of it there.
step "Longest functions, in lines"
xargs awk '
  FNR == 1 { open = 0 }
  !open && /^ *(pub(\([^)]*\))? )?(const |async |unsafe |extern "[^"]*" )*fn / && !/[;}]$/ {
    open = 1; start = FNR; indent = $0; sub(/[^ ].*/, "", indent)
    name = $0; sub(/^.*fn /, "", name); sub(/[^a-zA-Z0-9_].*/, "", name)
  }
  open && ($0 == indent "}" || ($0 ~ /;$/ && index($0, indent ")") == 1)) {
    if ($0 == indent "}") printf "%6d %s:%d %s\n", FNR - start + 1, FILENAME, start, name
    open = 0
  }' <<<"$files" | sort -rn | sed -n 1,10p

#!/usr/bin/env bash
# Holds the crates and the modules of the domain to the directions in docs/architecture.md.
source "$(dirname "$0")/env.sh"
broken=0
complain() {
  printf '    %s\n' "$*"
  broken=1
}

# closure|direct ARGUMENTS-OF-CARGO-TREE…: the names of the crates something is built from
closure() { cargo tree --locked -e normal --prefix none --format '{p}' "$@" | awk '{ print $1 }' | sort -u; }
direct() { closure --depth 1 "$@"; }

# forbid WHO NAMES CRATE…: none of the crates may be among the names
forbid() {
  local who=$1 names=$2 crate
  shift 2
  for crate in "$@"; do
    if grep -qx -- "$crate" <<<"$names"; then complain "$who must not use $crate."; fi
  done
}

# only WHO NAMES CRATE…: there may be nothing besides the crates
only() {
  local who=$1 names=$2 name
  shift 2
  for name in $names; do
    [[ " $who $* " == *" $name "* ]] || complain "$who may use only $*, not $name."
  done
}

step "Boundaries between crates (seconds)"
engine=(domain entity migration server sandbox sea-orm sea-orm-migration sqlx sqlx-core reqwest oauth2 fred)
browser=(--target wasm32-unknown-unknown)
names=$(closure -p app --features hydrate "${browser[@]}")
forbid "app (hydrate)" "$names" "${engine[@]}" leptos_axum axum ring
names=$(closure -p app --features ssr)
forbid "app (ssr)" "$names" "${engine[@]}"
names=$(direct -p frontend "${browser[@]}")
only frontend "$names" app leptos wasm-bindgen wasm-bindgen-futures console_error_panic_hook
names=$(closure -p domain)
forbid domain "$names" app frontend server migration sandbox texts leptos leptos_axum leptos_router leptos_meta axum
names=$(direct -p texts)
only texts "$names" leptos leptos_i18n
names=$(direct -p entity)
only entity "$names" sea-orm
names=$(closure -p migration)
forbid migration "$names" app frontend domain entity server sandbox
names=$(direct -p server)
forbid server "$names" entity sea-orm-migration sqlx sandbox
names=$(closure -p sandbox)
forbid sandbox "$names" app frontend domain entity migration server

step "Boundaries inside the code"
# code FOLDER: path:line:text of every line of Rust that is neither a comment nor below the file's own tests
code() {
  find "$1" -name '*.rs' -print0 | sort -z | xargs -0 -r awk '
    FNR == 1 { tests = 0 }
    /^ *#\[cfg\((all\()?test/ { tests = 1 }
    !tests && !/^ *\/\// { print FILENAME ":" FNR ":" $0 }'
}
# refuse REASON LINES
refuse() { if [ -n "$2" ]; then while IFS= read -r line; do complain "$1: $line"; done <<<"$2"; fi; }

domain=$(code crates/domain/src)
refuse "the domain is given its settings" "$(grep -E '\b(std::)?env::|\benv!|option_env!' <<<"$domain" || true)"
refuse "only clock.rs asks for the time" \
  "$(grep -E '\b(Utc|Local|SystemTime)::now\b' <<<"$domain" | grep -v '^crates/domain/src/clock\.rs:' || true)"
refuse "entities do not cross the wire" "$(code crates/entity/src | grep -E '\bserde\b' || true)"
# It opens the connection, and hands it on.
refuse "the server asks the database nothing" \
  "$(code server/src | grep -E '\b(entity::|(Entity|Query|Connection|Column|Model)Trait\b|Statement::)|"(SELECT|INSERT INTO|UPDATE|DELETE FROM) ' || true)"

node scripts/module-order.mjs || broken=1

[ "$broken" = 0 ] || fail "the boundaries above are crossed."
note "all kept"

#!/bin/sh
# Puts secrets from files into the environment of the process alone: `docker inspect` shows only the paths.
set -eu

for name in DATABASE_URL FIREBREAK_ADMIN_KEY; do
  eval "path=\${${name}_FILE:-}"
  if [ -n "$path" ]; then
    [ -r "$path" ] || { echo "${name}_FILE names $path, which cannot be read: run deploy/make-secrets.sh" >&2; exit 2; }
    export "$name=$(cat "$path")"
    unset "${name}_FILE"
  fi
done

exec "$@"

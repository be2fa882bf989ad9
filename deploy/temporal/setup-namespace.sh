#!/bin/sh
# Makes the namespace and the search attributes that Firebreak's workflows set. Safe to run again.
set -eu
namespace="${TEMPORAL_NAMESPACE:-default}"

if ! temporal operator namespace describe --namespace "$namespace" > /dev/null 2>&1; then
  # As long as incidents are reviewed, their workflows can be looked at.
  temporal operator namespace create --namespace "$namespace" --retention 720h
fi

# A new namespace reaches the servers' caches within seconds.
attempt=0
until known="$(temporal operator search-attribute list --namespace "$namespace" 2>&1)"; do
  attempt=$((attempt + 1))
  [ "$attempt" -lt 30 ] || { echo "$known" >&2; exit 1; }
  sleep 1
done

for name in FirebreakStatus FirebreakSeverity FirebreakService FirebreakPlaybook; do
  case "$known" in
    *"$name"*) ;;
    *) temporal operator search-attribute create --namespace "$namespace" --name "$name" --type Keyword ;;
  esac
done

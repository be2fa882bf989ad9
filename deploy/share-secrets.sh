#!/bin/sh
# share-secrets.sh SETUP GATEWAY INCIDENT KEYS: out of what `firebreak migrate` made in SETUP, gives each process the
# secrets that it needs and no other, and all of them the public keys. Safe to run again: SETUP is what counts.
set -eu
umask 077
setup="$1" gateway="$2" incident="$3" keys="$4"

give() {
  mkdir -p "$1/secrets"
  # Renamed into place, so that a reader never sees half a file.
  cp "$setup/secrets/$2" "$1/secrets/.$2"
  mv "$1/secrets/.$2" "$1/secrets/$2"
}

# The gateway knows senders and signs decisions; the incident worker signs checkpoints of the audit log.
give "$gateway" sources.json
give "$gateway" decision-signing.key
give "$incident" audit-signing.key

for key in "$setup"/keys/*.pub; do
  cp "$key" "$keys/"
  chmod 644 "$keys/$(basename "$key")"
done

#!/bin/sh
# Makes the secrets that docker-compose.yml mounts, in deploy/secrets. Keeps those that exist, so it can run again.
set -eu
cd "$(dirname "$0")"

# Only the owner may enter the folder. The files in it are readable, for the containers run as other users, and a file
# that is mounted into a container is reached without passing the folder.
mkdir -p secrets
chmod 700 secrets

write() {
  [ -e "secrets/$1" ] || printf '%s' "$2" > "secrets/$1"
  chmod 444 "secrets/$1"
}

random() {
  head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'
}

for name in temporal-postgres-superuser temporal-postgres postgres-superuser postgres-owner postgres-app; do
  write "$name" "$(random)"
done
write database-url-owner "postgres://firebreak_owner:$(cat secrets/postgres-owner)@postgres:5432/firebreak"
write database-url-app "postgres://firebreak_app:$(cat secrets/postgres-app)@postgres:5432/firebreak"
write admin-key "fb_$(random)"

echo "The secrets are in $(pwd)/secrets; the first administrator's key is in admin-key."

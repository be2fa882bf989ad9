#!/bin/sh
# Brings Temporal's two databases to the schema of this version. Safe to run again.
set -eu
SQL_PASSWORD="$(cat /run/secrets/temporal-postgres)"
export SQL_PASSWORD

migrate() {
  database="$1"
  versions="/etc/temporal/schema/postgresql/v12/$2/versioned"
  tool() {
    temporal-sql-tool --plugin postgres12 --endpoint temporal-postgres --port 5432 \
      --user temporal --database "$database" "$@"
  }
  # Makes the table of versions; a database that has a version keeps it.
  tool setup-schema --version 0.0
  tool update-schema --schema-dir "$versions"
}

migrate temporal temporal
migrate temporal_visibility visibility

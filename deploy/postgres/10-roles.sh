#!/bin/bash
# Run once by the postgres image, on an empty data folder: the owner migrates, the runtime role owns nothing.
set -euo pipefail
psql --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
    --set owner_password="$OWNER_PASSWORD" --set runtime_password="$RUNTIME_PASSWORD" <<'SQL'
CREATE ROLE vaekstbro LOGIN PASSWORD :'runtime_password';
CREATE ROLE vaekstbro_owner LOGIN PASSWORD :'owner_password';
GRANT vaekstbro TO vaekstbro_owner;
CREATE DATABASE vaekstbro OWNER vaekstbro_owner;
REVOKE ALL ON DATABASE vaekstbro FROM PUBLIC;
GRANT CONNECT ON DATABASE vaekstbro TO vaekstbro;
SQL

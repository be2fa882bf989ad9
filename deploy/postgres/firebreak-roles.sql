-- Run once, by psql, when the container of Firebreak's database starts empty.
-- Two roles: the owner migrates; the app reads and writes what the migrations grant it, and never owns a table, so it
-- can switch off none of the triggers that keep the audit log append-only.

\set owner_password `cat /run/secrets/postgres-owner`
\set app_password `cat /run/secrets/postgres-app`

create role firebreak_owner login password :'owner_password';
create role firebreak_app login password :'app_password';

create database firebreak owner firebreak_owner;
revoke all on database firebreak from public;
grant connect on database firebreak to firebreak_app;

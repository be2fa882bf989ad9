-- Run once, by psql, when the container of Temporal's database starts empty.

\set temporal_password `cat /run/secrets/temporal-postgres`

create role temporal login password :'temporal_password';

create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke all on database temporal, temporal_visibility from public;

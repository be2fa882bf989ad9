-- The spine: inbox, incidents, approvals, effects, audit. Terms as in ARCHITECTURE.md.
-- An alert is one episode (source, fingerprint, startsAt); an alert event is one change of it, delivered to the workflow.

create table incident_groups (
  group_id text primary key,
  source text not null,
  group_key text not null,
  generation integer not null default 0,
  incident_id text
);
create index incident_groups_incident on incident_groups (incident_id);

create table incidents (
  incident_id text primary key,
  group_id text not null references incident_groups,
  generation integer not null,
  status text not null default 'triage',
  severity text not null,
  title text not null,
  service text,
  playbook text,
  plan_digest text,
  assignee text,
  disposition text,
  merged_into text references incidents,
  drill boolean not null default false,
  alert_count integer not null default 0,
  firing_count integer not null default 0,
  -- Repeats of alerts that changed nothing.
  repeat_count bigint not null default 0,
  impact_started_at timestamptz not null,
  opened_at timestamptz not null,
  acknowledged_at timestamptz,
  contained_at timestamptz,
  resolved_at timestamptz,
  closed_at timestamptz,
  updated_at timestamptz not null,
  -- The workflow's state at its last journal write: what a lost or reopened workflow goes on from.
  state jsonb,
  last_position bigint not null default 0,
  delivered_through bigint not null default 0,
  dispatch_after timestamptz not null default '-infinity',
  dispatch_attempts integer not null default 0,
  search tsvector generated always as (to_tsvector('simple', title || ' ' || coalesce(service, ''))) stored,
  unique (group_id, generation)
);
create index incidents_opened on incidents (opened_at desc, incident_id desc);
create index incidents_status on incidents (status, opened_at desc, incident_id desc);
create index incidents_backlog on incidents (dispatch_after) where delivered_through < last_position;
create index incidents_service_open on incidents (service, opened_at) where closed_at is null;
create index incidents_search on incidents using gin (search);

create table alerts (
  alert_id text primary key,
  source text not null,
  fingerprint text not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  status text not null check (status in ('firing', 'resolved')),
  title text not null,
  severity_hint text,
  normalised jsonb not null,
  incident_id text references incidents,
  -- Why an accepted alert belongs to no incident; null when it belongs to one.
  suppressed text,
  received_at timestamptz not null,
  updated_at timestamptz not null,
  repeat_count bigint not null default 0,
  check ((incident_id is null) <> (suppressed is null))
);
create index alerts_incident on alerts (incident_id, received_at);
create index alerts_fingerprint on alerts (source, fingerprint, starts_at desc);

create table alert_events (
  incident_id text not null references incidents,
  position bigint not null,
  alert_id text not null references alerts,
  change text not null check (change in ('fired', 'resolved', 'moved')),
  firing_after integer not null,
  note jsonb not null,
  at timestamptz not null,
  primary key (incident_id, position)
);

-- Bodies as they came, for the record and for replays of parsers; one row per accepted request.
create table raw_alerts (
  raw_id bigint generated always as identity primary key,
  source text not null,
  delivery_id text,
  received_at timestamptz not null,
  body bytea not null
);
create unique index raw_alerts_delivery on raw_alerts (source, delivery_id) where delivery_id is not null;

create table quarantine (
  quarantine_id text primary key,
  source text not null,
  received_at timestamptz not null,
  content_type text,
  body bytea not null,
  place text not null,
  problem text not null,
  times integer not null default 1
);

create table commands (
  command_id text primary key,
  incident_id text not null references incidents,
  -- The workflow that it is delivered to, as an update with the command's id.
  workflow_id text not null,
  type text not null,
  payload jsonb not null,
  actor text not null,
  actor_role text not null,
  status text not null default 'pending' check (status in ('pending', 'done', 'refused')),
  result jsonb,
  created_at timestamptz not null,
  finished_at timestamptz,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null
);
create index commands_pending on commands (next_attempt_at) where status = 'pending';
create index commands_incident on commands (incident_id, created_at);

create table approvals (
  approval_id text primary key,
  incident_id text not null references incidents,
  step_id text not null,
  digest text not null,
  -- Exactly what will be done; the digest is over its canonical JSON.
  subject jsonb not null,
  requested_by text not null,
  quorum integer not null,
  roles text[] not null,
  status text not null default 'pending' check (status in ('pending', 'approved', 'rejected', 'expired', 'cancelled')),
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  finished_at timestamptz
);
create index approvals_pending on approvals (expires_at) where status = 'pending';
create index approvals_incident on approvals (incident_id);

create table decisions (
  decision_id text primary key,
  approval_id text not null references approvals,
  actor text not null,
  actor_role text not null,
  decision text not null check (decision in ('approve', 'reject')),
  digest text not null,
  reason text,
  decided_at timestamptz not null,
  key_id text not null,
  signature text not null,
  unique (approval_id, actor)
);

-- One row per effect on the world, keyed by its idempotency key; the intent is written before the world is touched.
create table effects (
  key text primary key,
  incident_id text not null references incidents,
  -- The key of the apply that an undo or extension belongs to; an apply's own.
  origin text not null,
  role text not null check (role in ('apply', 'extend', 'undo')),
  target text not null,
  mode text not null check (mode in ('simulate', 'live')),
  effect jsonb not null,
  -- Null for what never touched the world: refused, simulated, only a check.
  intent_at timestamptz,
  outcome jsonb,
  outcome_at timestamptz
);
create index effects_target on effects (target) where mode = 'live';
create index effects_origin on effects (origin);
create index effects_incident on effects (incident_id);

create table containments (
  containment_id text primary key,
  incident_id text not null references incidents,
  step_id text not null,
  key text not null unique,
  action text not null,
  title text not null,
  target text not null,
  params jsonb not null,
  mode text not null check (mode in ('simulate', 'live')),
  evidence jsonb,
  status text not null check (status in ('applying', 'held', 'undoing', 'lifted', 'expired', 'undo_failed', 'not_applied', 'unknown')),
  created_at timestamptz not null default now(),
  applied_at timestamptz,
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  updated_at timestamptz not null
);
create index containments_active on containments (target) where status in ('applying', 'held', 'undoing', 'undo_failed', 'unknown');
create index containments_incident on containments (incident_id);

-- What the privileged worker can really do, reported by it at start: planning says live or simulated accordingly.
create table capabilities (
  action text primary key,
  live boolean not null,
  detail text not null,
  reported_at timestamptz not null
);

create table notices (
  key text primary key,
  incident_id text not null references incidents,
  channel text not null,
  kind text not null,
  recipient text not null,
  title text not null,
  text text not null,
  status text not null check (status in ('sending', 'sent', 'not_configured', 'failed')),
  detail text,
  created_at timestamptz not null,
  sent_at timestamptz
);
create index notices_incident on notices (incident_id);

create table reports (
  incident_id text primary key references incidents,
  markdown text not null,
  html text not null,
  written_at timestamptz not null
);

create table api_keys (
  key_id text primary key,
  name text not null,
  role text not null check (role in ('viewer', 'responder', 'admin')),
  secret_hash bytea not null,
  created_at timestamptz not null,
  created_by text not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table sessions (
  session_hash bytea primary key,
  key_id text not null references api_keys,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

create table plans (
  digest text primary key,
  content jsonb not null,
  loaded_at timestamptz not null
);

-- The audit log: gapless, chained, append-only. docs/audit.md says how each column is computed.
create table audit_entries (
  seq bigint primary key,
  incident_id text,
  -- Milliseconds, as the body says it: nothing finer may hide here.
  at timestamptz(3) not null,
  kind text not null,
  actor text not null,
  key text unique,
  body text not null,
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
  prev_hash bytea not null check (octet_length(prev_hash) = 32),
  hash bytea not null check (octet_length(hash) = 32)
);
create index audit_incident on audit_entries (incident_id, seq) where incident_id is not null;

create table audit_checkpoints (
  size bigint primary key,
  checkpoint jsonb not null,
  frontier jsonb not null,
  written_at timestamptz not null
);

-- The single row that serialises appends; whoever holds it knows the last seq and hash.
create table audit_head (
  one boolean primary key default true check (one),
  seq bigint not null,
  hash bytea not null
);
insert into audit_head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));

-- Appends entries in order and returns how many were new. An entry whose key exists already is passed over, so a
-- retried transaction appends nothing twice. The head row stays locked until the caller's transaction ends.
create function audit_append(entries jsonb) returns integer
language plpgsql security definer set search_path = public as $$
declare
  head audit_head%rowtype;
  entry record;
  next_hash bytea;
  appended integer := 0;
begin
  select * into head from audit_head for update;
  for entry in
    select * from jsonb_to_recordset(entries)
      as e(incident_id text, at timestamptz, kind text, actor text, key text, body text, leaf text)
  loop
    if entry.key is not null and exists (select 1 from audit_entries a where a.key = entry.key) then
      continue;
    end if;
    next_hash := sha256(head.hash || int8send(head.seq + 1) || decode(entry.leaf, 'hex'));
    insert into audit_entries (seq, incident_id, at, kind, actor, key, body, leaf_hash, prev_hash, hash)
    values (head.seq + 1, entry.incident_id, entry.at, entry.kind, entry.actor, entry.key, entry.body,
            decode(entry.leaf, 'hex'), head.hash, next_hash);
    head.seq := head.seq + 1;
    head.hash := next_hash;
    appended := appended + 1;
  end loop;
  update audit_head set seq = head.seq, hash = head.hash;
  return appended;
end $$;

create function audit_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'The audit log is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger audit_entries_append_only before update or delete or truncate on audit_entries
  for each statement execute function audit_refuse_change();
create trigger audit_checkpoints_append_only before update or delete or truncate on audit_checkpoints
  for each statement execute function audit_refuse_change();
-- ALWAYS: also in replica mode, so that `session_replication_role` does not switch them off.
alter table audit_entries enable always trigger audit_entries_append_only;
alter table audit_checkpoints enable always trigger audit_checkpoints_append_only;

-- Live pages: one notification per changed incident; the payload is only its id.
create function announce_incident() returns trigger language plpgsql as $$
begin
  perform pg_notify('firebreak_incidents', new.incident_id);
  return null;
end $$;
create trigger incidents_announce after insert or update of status, severity, title, alert_count, firing_count, assignee, updated_at on incidents
  for each row execute function announce_incident();
create trigger approvals_announce after insert or update on approvals for each row execute function announce_incident();
create trigger containments_announce after insert or update on containments for each row execute function announce_incident();

-- The role that the service runs as in production; deploy/ creates it. It may append to the audit log, never change it.
do $$
begin
  if exists (select 1 from pg_roles where rolname = 'firebreak_app') then
    grant usage on schema public to firebreak_app;
    grant select, insert, update, delete on all tables in schema public to firebreak_app;
    grant usage on all sequences in schema public to firebreak_app;
    -- It appends only through audit_append, which runs as the owner.
    revoke insert, update, delete, truncate on audit_entries, audit_head from firebreak_app;
    revoke update, delete, truncate on audit_checkpoints from firebreak_app;
  end if;
end $$;

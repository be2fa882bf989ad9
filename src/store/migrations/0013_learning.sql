-- What is learnt from incidents that people ended. Everything here can be made again from incidents, alerts, plans and the
-- audit log: `firebreak learning rebuild`.

-- An incident as it is learnt from. Features are numbers of buckets with names for people: no value of a label and nothing
-- that an incident is about can be read from them.
create table learning_cases (
  incident_id text primary key references incidents,
  opened_at timestamptz not null,
  -- Null until it is described; of another version than this program's, it is described anew before it is learnt from.
  feature_version integer,
  features jsonb,
  kind_key text,
  kind_words text,
  rule text,
  -- The severity that the plan alone would give it.
  proposed text,
  -- How likely it is a false alarm, and why; null while too little is known. Kept up to date until it has ended.
  chance double precision,
  because jsonb,
  model text,
  ended_at timestamptz,
  -- It has ended and was not looked at since.
  due boolean not null default false,
  -- What people said of it; what the model has learnt from it is this.
  verdict text check (verdict in ('false_alarm', 'real')),
  severity_by_person text,
  check ((features is null) = (feature_version is null))
);
create index learning_cases_due on learning_cases (ended_at, incident_id) where due;
create index learning_cases_kind on learning_cases (kind_key, ended_at desc) where verdict is not null;
create index learning_cases_similar on learning_cases (kind_key, opened_at desc);

-- One row; whoever learns holds it.
create table learning_model (
  one boolean primary key default true check (one),
  weights bytea,
  squares bytea,
  false_alarms integer not null default 0,
  real integer not null default 0,
  -- Null while nothing was learnt.
  digest text,
  updated_at timestamptz
);
insert into learning_model default values;

create index incidents_service on incidents (service, opened_at desc) where service is not null;

do $$
begin
  if exists (select 1 from pg_roles where rolname = 'firebreak_app') then
    grant select, insert, update, delete on learning_cases, learning_model to firebreak_app;
  end if;
end $$;

-- Which process runs which response plan. The plans themselves are kept by digest in `plans`: what an incident was
-- decided by must stay readable for as long as the incident is.
create table plan_holders (
  process text primary key,
  digest text not null references plans,
  loaded_at timestamptz not null,
  loaded_by text not null,
  refused_at timestamptz,
  refused_by text,
  -- The first problems of the plan that was refused, as text for people, and how many there are.
  refused_problems jsonb,
  refused_count integer,
  seen_at timestamptz not null
);

-- Requests to read the folder again; every process that holds a plan looks for newer ones than it has followed.
create table plan_reloads (
  id bigint generated always as identity primary key,
  requested_at timestamptz not null,
  requested_by text not null
);

do $$
begin
  if exists (select 1 from pg_roles where rolname = 'firebreak_app') then
    grant select, insert, update, delete on plan_holders, plan_reloads to firebreak_app;
    revoke update, delete, truncate on plans from firebreak_app;
  end if;
end $$;

-- Workflows whose tasks fail or time out again and again, as Temporal reports them: nothing goes on in their incidents.

create table stuck_workflows (
  workflow_id text primary key,
  incident_id text not null references incidents,
  problem text not null check (problem in ('failing', 'timing_out')),
  -- As Temporal names it.
  cause text not null,
  since timestamptz not null
);
create index stuck_workflows_incident on stuck_workflows (incident_id, since);

do $$
begin
  if exists (select 1 from pg_roles where rolname = 'firebreak_app') then
    grant select, insert, update, delete on stuck_workflows to firebreak_app;
  end if;
end $$;

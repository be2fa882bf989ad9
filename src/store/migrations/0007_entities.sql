-- What incidents were about, so that others about the same things are found: written when an incident is triaged, of its
-- newest alerts.

create table incident_entities (
  kind text not null,
  value text not null,
  opened_at timestamptz not null,
  incident_id text not null references incidents,
  primary key (kind, value, opened_at, incident_id)
);

-- An alert leaves an incident when that is taken out of the one that it was merged into.
alter table alert_events drop constraint alert_events_change_check;
alter table alert_events add constraint alert_events_change_check
  check (change in ('fired', 'resolved', 'moved', 'left'));

do $$
begin
  if exists (select 1 from pg_roles where rolname = 'firebreak_app') then
    grant select, insert, update, delete on incident_entities to firebreak_app;
  end if;
end $$;

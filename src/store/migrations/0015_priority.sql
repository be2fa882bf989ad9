-- Who is first when many wait, and the moments of the SLA: null until the incident is triaged, and where an earlier version
-- triaged it.
alter table incidents
  add column priority smallint check (priority between 1 and 5),
  add column acknowledge_by timestamptz,
  add column recover_by timestamptz;
create index incidents_priority on incidents (coalesce(priority, 6), opened_at desc, incident_id desc);

-- As in 0004, and these.
create or replace function journal_update(incident json) returns void
language plpgsql set search_path = public set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  update incidents i set status = r.status, severity = r.severity, title = r.title,
    service = case when r.planned then r.service else i.service end,
    playbook = case when r.planned then r.playbook else i.playbook end,
    plan_digest = case when r.planned then r.plan_digest else i.plan_digest end,
    priority = r.priority, acknowledge_by = r.acknowledge_by, recover_by = r.recover_by,
    assignee = r.assignee, disposition = r.disposition, merged_into = r.merged_into,
    acknowledged_at = r.acknowledged_at, contained_at = r.contained_at, resolved_at = r.resolved_at,
    closed_at = r.closed_at, updated_at = now(), state = r.state, state_version = r.version
  from json_to_record(incident) as r (incident_id text, status text, severity text, title text, planned boolean,
    service text, playbook text, plan_digest text, priority smallint, acknowledge_by timestamptz, recover_by timestamptz,
    assignee text, disposition text, merged_into text,
    acknowledged_at timestamptz, contained_at timestamptz, resolved_at timestamptz, closed_at timestamptz,
    state jsonb, version text, next_event integer)
  where i.incident_id = r.incident_id
    and (i.state_version, coalesce((i.state ->> 'nextEvent')::integer, 0)) <= (r.version, r.next_event);
end $$;

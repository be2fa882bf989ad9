-- The journal's usual case as one statement whose plan is made once a connection. Whoever journals holds the incident
-- while it waits for the head of the audit log, and the inbox waits for the incident: no round trip lies between.

-- The read model after the events, unless a later execution of the workflow wrote it already. Counts of alerts are not
-- here: the inbox keeps them, in the transaction that accepts the alerts.
create function journal_update(incident json) returns void
language plpgsql set search_path = public set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  update incidents i set status = r.status, severity = r.severity, title = r.title,
    service = case when r.planned then r.service else i.service end,
    playbook = case when r.planned then r.playbook else i.playbook end,
    plan_digest = case when r.planned then r.plan_digest else i.plan_digest end,
    assignee = r.assignee, disposition = r.disposition, merged_into = r.merged_into,
    acknowledged_at = r.acknowledged_at, contained_at = r.contained_at, resolved_at = r.resolved_at,
    closed_at = r.closed_at, updated_at = now(), state = r.state, state_version = r.version
  from json_to_record(incident) as r (incident_id text, status text, severity text, title text, planned boolean,
    service text, playbook text, plan_digest text, assignee text, disposition text, merged_into text,
    acknowledged_at timestamptz, contained_at timestamptz, resolved_at timestamptz, closed_at timestamptz,
    state jsonb, version text, next_event integer)
  where i.incident_id = r.incident_id
    and (i.state_version, coalesce((i.state ->> 'nextEvent')::integer, 0)) <= (r.version, r.next_event);
end $$;

-- False, and nothing written, when an earlier execution wrote from the first of these entries on.
create function journal_write(incident json, entries jsonb) returns boolean
language plpgsql set search_path = public set enable_seqscan = off as $$
begin
  if exists (select from audit_entries a where a.key = entries -> 0 ->> 'key') then
    return false;
  end if;
  perform journal_update(incident);
  if audit_append(entries) < jsonb_array_length(entries) then
    raise exception 'The journal was written by another execution' using errcode = '40001';
  end if;
  return true;
end $$;

-- The two statements of the inbox as functions, so that their plans are made once a connection: planning them costs more
-- than running them. Without sequential scans, as a plan that was made while a table was empty is kept while it grows.

create function inbox_read(
  sources text[], finding_sources text[], fingerprints text[], alert_ids text[], group_ids text[],
  delivery_sources text[], delivery_ids text[],
  out groups json, out episodes json, out incidents json, out deliveries json
) language plpgsql set search_path = public set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  source_name text;
  is_whole boolean := false;
begin
  -- One batch of a source at a time, until the transaction ends: two would not see each other's new alerts. It costs no
  -- throughput, as what waits grows the next batch, and appends to the audit log take turns anyway.
  foreach source_name in array sources loop
    perform pg_advisory_xact_lock(hashtextextended('firebreak.inbox.' || source_name, 0));
  end loop;

  select json_agg(json_build_object('source', r.source, 'deliveryId', r.delivery_id)) into deliveries
  from unnest(delivery_sources, delivery_ids) as d (source, id)
  join raw_alerts r on r.source = d.source and r.delivery_id = d.id;

  -- Incidents stay locked until the transaction ends, so that none ends or merges under the decision. One that merged
  -- while this waited for it names another that is not locked yet; each statement sees what was committed before it.
  for attempt in 1..5 loop
    select json_agg(json_build_object('groupId', g.group_id, 'generation', g.generation, 'incidentId', g.incident_id))
      into groups
    from (select * from incident_groups where group_id = any (group_ids) order by group_id for update) g;

    select json_agg(json_build_object('alertId', e.alert_id, 'source', e.source, 'fingerprint', e.fingerprint,
        'startsAtMs', round(extract(epoch from e.starts_at) * 1000), 'endsAtMs', round(extract(epoch from e.ends_at) * 1000),
        'status', e.status, 'incidentId', e.incident_id))
      into episodes
    from (
      select latest.* from unnest(finding_sources, fingerprints) as f (source, fingerprint)
      cross join lateral (
        select a.* from alerts a where a.source = f.source and a.fingerprint = f.fingerprint
        order by a.starts_at desc limit 1
      ) latest
      union all
      -- By id, those that are not the latest of their finding.
      select a.* from alerts a where a.alert_id = any (alert_ids)
    ) e;

    with recursive chain as (
      select i.incident_id, i.merged_into from incidents i where i.incident_id in (
        select g ->> 'incidentId' from json_array_elements(groups) g
        union select e ->> 'incidentId' from json_array_elements(episodes) e)
      union
      select i.incident_id, i.merged_into from chain c join incidents i on i.incident_id = c.merged_into
    ), locked as (
      select i.* from incidents i where i.incident_id in (select c.incident_id from chain c)
      order by i.incident_id for no key update
    )
    select json_agg(json_build_object('incidentId', l.incident_id, 'status', l.status, 'mergedInto', l.merged_into,
        'firingCount', l.firing_count, 'lastPosition', l.last_position)),
      coalesce(bool_and(l.merged_into is null or l.merged_into in (select incident_id from locked)), true)
      into incidents, is_whole
    from locked l;
    exit when is_whole;
  end loop;
  if not is_whole then
    raise exception 'Incidents were merged again and again while alerts waited to be stored' using errcode = '40001';
  end if;
end $$;

-- Null stands for no rows.
create function inbox_write(
  new_bodies json, new_groups json, new_incidents json, changed_incidents json, repeated_incidents json,
  new_alerts jsonb, changed_alerts json, repeated_alerts json, new_events jsonb
) returns void
language plpgsql set search_path = public set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  if new_bodies is not null then
    insert into raw_alerts (source, delivery_id, received_at, body)
    select r.source, r.delivery_id, r.received_at, decode(r.body, 'base64')
    from json_to_recordset(new_bodies) as r (source text, delivery_id text, received_at timestamptz, body text);
  end if;
  if new_groups is not null then
    insert into incident_groups (group_id, source, group_key, generation, incident_id)
    select r.* from json_to_recordset(new_groups)
      as r (group_id text, source text, group_key text, generation integer, incident_id text)
    on conflict (group_id) do update set generation = excluded.generation, incident_id = excluded.incident_id;
  end if;
  if new_incidents is not null then
    insert into incidents (incident_id, group_id, generation, severity, title, service, impact_started_at, opened_at,
      updated_at, alert_count, firing_count, repeat_count, last_position)
    select r.* from json_to_recordset(new_incidents)
      as r (incident_id text, group_id text, generation integer, severity text, title text, service text,
        impact_started_at timestamptz, opened_at timestamptz, updated_at timestamptz, alert_count integer,
        firing_count integer, repeat_count bigint, last_position bigint);
  end if;
  if changed_incidents is not null then
    update incidents i set alert_count = i.alert_count + r.alerts, firing_count = r.firing, last_position = r.position,
      repeat_count = i.repeat_count + r.repeats, updated_at = greatest(i.updated_at, r.at)
    from json_to_recordset(changed_incidents)
      as r (id text, alerts integer, firing integer, position bigint, repeats bigint, at timestamptz)
    where i.incident_id = r.id;
  end if;
  if repeated_incidents is not null then
    update incidents i set repeat_count = i.repeat_count + r.repeats
    from json_to_recordset(repeated_incidents) as r (id text, repeats bigint)
    where i.incident_id = r.id;
  end if;
  if new_alerts is not null then
    insert into alerts (alert_id, source, fingerprint, starts_at, ends_at, status, title, severity_hint, normalised,
      incident_id, suppressed, received_at, updated_at, repeat_count)
    select r.* from jsonb_to_recordset(new_alerts)
      as r (alert_id text, source text, fingerprint text, starts_at timestamptz, ends_at timestamptz, status text,
        title text, severity_hint text, normalised jsonb, incident_id text, suppressed text, received_at timestamptz,
        updated_at timestamptz, repeat_count bigint);
  end if;
  if changed_alerts is not null then
    update alerts a set status = r.status, ends_at = r.ends_at, updated_at = now(),
      repeat_count = a.repeat_count + r.repeats,
      normalised = a.normalised || jsonb_build_object('status', r.status, 'endsAt', r.ends_at_text)
    from json_to_recordset(changed_alerts)
      as r (id text, status text, ends_at timestamptz, ends_at_text text, repeats bigint)
    where a.alert_id = r.id;
  end if;
  if repeated_alerts is not null then
    update alerts a set repeat_count = a.repeat_count + r.repeats
    from json_to_recordset(repeated_alerts) as r (id text, repeats bigint)
    where a.alert_id = r.id;
  end if;
  if new_events is not null then
    insert into alert_events (incident_id, position, alert_id, change, firing_after, note, at)
    select r.* from jsonb_to_recordset(new_events)
      as r (incident_id text, position bigint, alert_id text, change text, firing_after integer, note jsonb, at timestamptz);
  end if;
end $$;

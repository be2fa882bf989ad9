-- As in 0014, and when incidents ended: a finding may begin anew so long afterwards.

create or replace function inbox_read(
  sources text[], finding_sources text[], fingerprints text[], alert_ids text[], group_ids text[],
  delivery_sources text[], delivery_ids text[],
  known_silences bigint default -1, inhibited_under text[] default null,
  starts_since timestamptz default null, counted_groups text[] default null,
  out groups json, out episodes json, out incidents json, out deliveries json,
  out silences json, out silences_version bigint, out inhibitors json, out waiting json
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

  select v.version into silences_version from silence_version v;
  if silences_version <> known_silences then
    select json_agg(json_build_object('id', s.silence_id, 'matchers', s.matchers, 'owner', s.owner, 'reason', s.reason,
        'startsAtMs', round(extract(epoch from s.starts_at) * 1000), 'endsAtMs', round(extract(epoch from s.ends_at) * 1000))
        order by s.created_at, s.silence_id)
      into silences
    from silences s where s.ends_at > now();
  end if;

  if inhibited_under is not null then
    inhibitors := inhibitors_under(inhibited_under, finding_sources, fingerprints);
  end if;

  if counted_groups is not null then
    select json_agg(json_build_object('groupId', k.group_id,
        'sinceMs', round(extract(epoch from (w.since)::timestamptz) * 1000)))
      into waiting
    from unnest(counted_groups) as k (group_id)
    cross join lateral (
      select a.suppressed_by ->> 'since' as since from alerts a
      where a.suppressed = 'below_threshold' and a.suppressed_by ->> 'groupId' = k.group_id
      order by a.suppressed_by ->> 'since' desc limit 1000
    ) w;
  end if;

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
        'status', e.status, 'incidentId', e.incident_id,
        'withheld', case when e.look_at is not null then e.suppressed_by end,
        'recentStartsMs', case when starts_since is not null then (
          select json_agg(round(extract(epoch from r.starts_at) * 1000)) from (
            select a.starts_at from alerts a
            where a.source = e.source and a.fingerprint = e.fingerprint and a.starts_at > starts_since
            order by a.starts_at desc limit 50
          ) r) end))
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
        'closedAtMs', round(extract(epoch from l.closed_at) * 1000),
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

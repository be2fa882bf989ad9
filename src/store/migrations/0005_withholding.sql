-- What keeps an alert that fires from incidents for a time: silences, maintenance windows of the plan, and other alerts.

create table silences (
  silence_id text primary key,
  -- Texts, as Alertmanager writes them.
  matchers jsonb not null,
  owner text not null,
  reason text not null,
  starts_at timestamptz not null,
  -- Set to the moment when it is expired by hand.
  ends_at timestamptz not null check (ends_at >= starts_at),
  created_at timestamptz not null,
  expired_by text
);
create index silences_end on silences (ends_at);
create index silences_created on silences (created_at desc, silence_id desc);

-- Goes up with every change of silences: the inbox reads them again only then.
create table silence_version (
  one boolean primary key default true check (one),
  version bigint not null
);
insert into silence_version (version) values (0);

-- By what a withheld alert is withheld, and when it is to be judged again at the latest; both are null for all others,
-- and look_at is null again once it ended or became an incident.
alter table alerts add column suppressed_by jsonb, add column look_at timestamptz;
create index alerts_withheld on alerts (look_at) where look_at is not null;
create index alerts_suppressed on alerts (received_at desc, alert_id desc) where suppressed is not null;

-- Alerts that inhibit others while they fire, under a key of the rule and the labels that must be equal.
create table inhibitors (
  key text not null,
  alert_id text not null references alerts,
  rule_key text not null,
  is_target boolean not null,
  starts_at timestamptz not null,
  primary key (key, alert_id)
);
create index inhibitors_newest on inhibitors (key, is_target, starts_at desc);
create index inhibitors_alert on inhibitors (alert_id);

-- As in 0002, and what withholds. Earlier versions of the service call them with fewer arguments.
drop function inbox_read;
drop function inbox_write;

create function inbox_read(
  sources text[], finding_sources text[], fingerprints text[], alert_ids text[], group_ids text[],
  delivery_sources text[], delivery_ids text[],
  known_silences bigint default -1, inhibited_under text[] default null,
  out groups json, out episodes json, out incidents json, out deliveries json,
  out silences json, out silences_version bigint, out inhibitors json
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
    select json_agg(json_build_object('key', i.key, 'alertId', i.alert_id, 'isTarget', i.is_target, 'title', a.title,
        'startsAtMs', round(extract(epoch from a.starts_at) * 1000)))
      into inhibitors
    from unnest(inhibited_under) as k (key)
    cross join lateral (
      -- The newest of both kinds are enough.
      (select * from inhibitors o where o.key = k.key and not o.is_target order by o.starts_at desc limit 20)
      union all
      (select * from inhibitors o where o.key = k.key and o.is_target order by o.starts_at desc limit 20)
    ) i
    join alerts a on a.alert_id = i.alert_id and a.status = 'firing';
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
        'withheld', case when e.look_at is not null then e.suppressed_by end))
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
  new_alerts jsonb, changed_alerts json, repeated_alerts json, new_events jsonb,
  rejudged_alerts jsonb default null, new_inhibitors json default null
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
      incident_id, suppressed, suppressed_by, look_at, received_at, updated_at, repeat_count)
    select r.* from jsonb_to_recordset(new_alerts)
      as r (alert_id text, source text, fingerprint text, starts_at timestamptz, ends_at timestamptz, status text,
        title text, severity_hint text, normalised jsonb, incident_id text, suppressed text, suppressed_by jsonb,
        look_at timestamptz, received_at timestamptz, updated_at timestamptz, repeat_count bigint);
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
  if rejudged_alerts is not null then
    update alerts a set incident_id = r.incident_id, suppressed = r.suppressed, look_at = r.look_at,
      suppressed_by = coalesce(r.suppressed_by, a.suppressed_by)
    from jsonb_to_recordset(rejudged_alerts)
      as r (id text, incident_id text, suppressed text, suppressed_by jsonb, look_at timestamptz)
    where a.alert_id = r.id;
  end if;
  if new_inhibitors is not null then
    insert into inhibitors (key, alert_id, rule_key, is_target, starts_at)
    select r.key, r.alert_id, r.rule_key, r.is_target, a.starts_at
    from json_to_recordset(new_inhibitors) as r (rule_key text, key text, alert_id text, is_target boolean)
    join alerts a on a.alert_id = r.alert_id
    on conflict (key, alert_id) do nothing;
  end if;
  if new_events is not null then
    insert into alert_events (incident_id, position, alert_id, change, firing_after, note, at)
    select r.* from jsonb_to_recordset(new_events)
      as r (incident_id text, position bigint, alert_id text, change text, firing_after integer, note jsonb, at timestamptz);
  end if;
end $$;

do $$
begin
  if exists (select 1 from pg_roles where rolname = 'firebreak_app') then
    grant select, insert, update, delete on silences, silence_version, inhibitors to firebreak_app;
  end if;
end $$;

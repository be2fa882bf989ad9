-- What planning asks, as functions, so that their plans are made once a connection: see 0002.

create function learning_experience(
  kind text, known_digest text, version integer, evidence_from integer, history_from integer,
  out digest text, out false_alarms integer, out real_ones integer, out weights bytea, out evidence json, out history json
) language plpgsql stable set search_path = public set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  select m.digest, m.false_alarms, m.real, case when m.digest is distinct from known_digest then m.weights end
    into digest, false_alarms, real_ones, weights
  from learning_model m where m.feature_version = version;

  select json_build_object('verdicts', count(*), 'falseAlarms', count(*) filter (where k.verdict = 'false_alarm'))
    into evidence
  from (
    select c.verdict from learning_cases c where c.kind_key = kind and c.verdict is not null
    order by c.ended_at desc limit evidence_from
  ) k;

  select coalesce(json_agg(h), '[]') into history
  from (
    select c.verdict, c.proposed, i.severity, c.severity_by_person is not null as "isSeverityByPerson",
      coalesce(i.assignee, (select substr(a.actor, 5) from audit_entries a where a.incident_id = c.incident_id
        and a.kind = 'acknowledged' and a.actor like 'key:%' order by a.seq limit 1)) as "takenBy"
    from learning_cases c join incidents i on i.incident_id = c.incident_id
    where c.kind_key = kind and c.verdict is not null
    order by c.ended_at desc limit history_from
  ) h;
end $$;

-- What an incident is about, by its newest alerts.
create function entities_of(incident text, kinds text[], newest_alerts integer, longest_value integer, at_most integer)
returns table (kind text, value text) language sql stable as $$
  select distinct e ->> 'kind', left(e ->> 'value', longest_value)
  from (select normalised from alerts where incident_id = incident order by received_at desc limit newest_alerts) a
  cross join lateral jsonb_array_elements(a.normalised -> 'entities') e
  where e ->> 'kind' = any (kinds)
  limit at_most
$$;

-- Records what the incident is about, and tells the other incidents of late that were about the same; safe to repeat.
create function relate_incident(
  incident text, kinds text[], newest_alerts integer, longest_value integer, at_most integer,
  incidents_of_each integer, opened_since timestamptz
) returns table (
  incident_id text, kind text, value text, status text, disposition text, opened_at timestamptz, drill boolean
) language plpgsql set search_path = public set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  return query
    with mine as materialized (select * from entities_of(incident, kinds, newest_alerts, longest_value, at_most)), recorded as (
      insert into incident_entities (kind, value, opened_at, incident_id)
      select m.kind, m.value, i.opened_at, i.incident_id from mine m, incidents i where i.incident_id = incident
      on conflict do nothing
    )
    select i.incident_id, o.kind, o.value, i.status, i.disposition, i.opened_at, i.drill
    from mine m cross join lateral (
      select * from incident_entities e
      where e.kind = m.kind and e.value = m.value and e.opened_at > opened_since and e.incident_id <> incident
      order by e.opened_at desc limit incidents_of_each
    ) o join incidents i on i.incident_id = o.incident_id;
end $$;

-- The costs of a plan for unknown parameters look too high to Postgres, so that it planned anew for each batch.
alter function inbox_read set plan_cache_mode = force_generic_plan;

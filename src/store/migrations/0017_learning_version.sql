-- By which version of what incidents are described by the model was learnt: a model of another one begins anew.
alter table learning_model add column feature_version integer;

-- What people ended before there was anything to learn is learnt from too.
insert into learning_cases (incident_id, opened_at, ended_at, due)
select incident_id, opened_at, closed_at, true from incidents
where status in ('closed', 'dismissed') and closed_at is not null and not drill
on conflict do nothing;

-- What was touched within the last hour is counted before more is.
create index effects_intended on effects (intent_at) where role = 'apply' and intent_at is not null;

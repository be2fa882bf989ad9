-- Which execution of the workflow wrote `state`: JournalInput.version. A dead one never overwrites what came after it.
alter table incidents add column state_version text not null default '';

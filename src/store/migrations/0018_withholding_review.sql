-- Under which plan all that is withheld was last judged. A gateway that starts with the same plan judges nothing out of its
-- turn: what becomes of an alert must not hang on when a process was restarted.

create table withholding_review (
  is_only boolean primary key default true check (is_only),
  plan_digest text not null
);

do $$
begin
  if exists (select 1 from pg_roles where rolname = 'firebreak_app') then
    grant select, insert, update, delete on withholding_review to firebreak_app;
  end if;
end $$;

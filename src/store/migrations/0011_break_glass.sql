-- Break-glass: one administrator acts alone, where approvals.yaml lets that be. The decision itself says that it was one.
alter table approvals add column break_glass boolean not null default false;
alter table decisions drop constraint decisions_decision_check;
alter table decisions add constraint decisions_decision_check check (decision in ('approve', 'reject', 'break_glass'));
-- Who approved with others may still break the glass when the others do not come.
alter table decisions drop constraint decisions_approval_id_actor_key;
alter table decisions add constraint decisions_once unique (approval_id, actor, decision);

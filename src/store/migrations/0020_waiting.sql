-- Whether an incident's workflow is to be told of something, as a column: an index that hangs on two positions which change
-- with every alert costs each of those updates an entry in every other index of the table too.

alter table incidents add column is_waiting boolean not null generated always as (delivered_through < last_position) stored;
drop index incidents_backlog;
create index incidents_backlog on incidents (dispatch_after) where is_waiting;
-- Room on the page for the next version of a row.
alter table incidents set (fillfactor = 80);

// One Postgres write, committed: what every activity of the floors does.

import type pg from 'pg';

export interface BareActivities {
  write(key: string): Promise<void>;
}

export const bareActivities = (pool: pg.Pool): BareActivities => ({
  async write(key) {
    await pool.query('insert into bare_writes (key, at) values ($1, now())', [key]);
  },
});

export const bareSchema = `
  create table bare_writes (key text primary key, at timestamptz not null);
  create function announce_write() returns trigger language plpgsql as $$
  begin
    perform pg_notify('bench', new.key);
    return null;
  end $$;
  create trigger bare_writes_announce after insert on bare_writes for each row execute function announce_write();
`;

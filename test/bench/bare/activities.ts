// What the activities of the floors do: one Postgres write, committed; and, where Firebreak acts on the world, the same act.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type pg from 'pg';
import { actingBinary } from '../response-plan.ts';

const execute = promisify(execFile);

export interface BareActivities {
  write(key: string): Promise<void>;
  actAndWrite(key: string): Promise<void>;
}

export function bareActivities(pool: pg.Pool): BareActivities {
  const write = async (key: string) => {
    await pool.query('insert into bare_writes (key, at) values ($1, now())', [key]);
  };
  const actAndWrite = async (key: string) => {
    await execute(actingBinary, [], { env: {} });
    await write(key);
  };
  return { write, actAndWrite };
}

export const bareSchema = `
  create table bare_writes (key text primary key, at timestamptz not null);
  create function announce_write() returns trigger language plpgsql as $$
  begin
    perform pg_notify('bench', new.key);
    return null;
  end $$;
  create trigger bare_writes_announce after insert on bare_writes for each row execute function announce_write();
`;

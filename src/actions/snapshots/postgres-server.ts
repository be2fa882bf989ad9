// Whole databases on one Postgres server: listing, copying, renaming, sealing. A copy is made by the server itself, from
// the database as a template, in a moment in which nobody else uses it.

import pg from 'pg';
import { ActionError } from '../action.ts';
import { type DatabaseDigest, digestDatabase } from './postgres-digest.ts';
import type { Work } from './snapshot-store.ts';

const connectTimeoutMs = 10_000;
const evictEveryMs = 100;

export interface Database {
  name: string;
  oid: string;
  comment: string | null;
  /** False when nobody may connect, so that nothing in it can change. */
  open: boolean;
}

/** @param url of the server; the database in it is not connected to */
export class PostgresServer {
  readonly #url: string;
  readonly #admin: pg.Client;

  private constructor(url: string, admin: pg.Client) {
    this.#url = url;
    this.#admin = admin;
  }

  /** Runs `work` with a connection to the server's maintenance database, and ends it. */
  static async use<Value>(
    url: string,
    signal: AbortSignal,
    work: (server: PostgresServer) => Promise<Value>,
  ): Promise<Value> {
    const admin = await connect(url, 'postgres');
    // Ending the connection is what ends a statement that takes too long.
    const end = () => void admin.end().catch(() => {});
    signal.addEventListener('abort', end, { once: true });
    try {
      signal.throwIfAborted();
      return await work(new PostgresServer(url, admin));
    } finally {
      signal.removeEventListener('abort', end);
      await admin.end().catch(() => {});
    }
  }

  async find(name: string): Promise<Database | undefined> {
    return (await this.list(name))[0];
  }

  /** Those with this name, or whose name begins like it when it ends in `%`. */
  async list(name: string): Promise<Database[]> {
    const { rows } = await this.#admin.query<Database>(
      `select datname as name, oid::text, datallowconn as open, shobj_description(oid, 'pg_database') as comment
         from pg_database where case when right($1, 1) = '%' then starts_with(datname, left($1, -1)) else datname = $1 end`,
      [name],
    );
    return rows;
  }

  /** With its owner, limits, grants and settings, which a template does not carry along. */
  async copy(from: string, to: string): Promise<void> {
    await this.#alone(from, () => this.#run(`create database ${id(to)} template ${id(from)}`));
    await this.#copyProperties(from, to);
  }

  async drop(name: string): Promise<void> {
    await this.#run(`drop database if exists ${id(name)} with (force)`);
  }

  /** All in one transaction, while nobody uses any of them. */
  async rename(renames: readonly { from: string; to: string }[]): Promise<void> {
    const [first, ...rest] = renames;
    if (first === undefined) return;
    const statements = [first, ...rest].map(({ from, to }) => `alter database ${id(from)} rename to ${id(to)}`);
    await this.#alone(first.from, () => this.#run(`begin; ${statements.join('; ')}; commit`));
  }

  async setOpen(name: string, open: boolean): Promise<void> {
    await this.#run(`alter database ${id(name)} allow_connections ${open}`);
  }

  async setComment(name: string, comment: string): Promise<void> {
    await this.#run(`comment on database ${id(name)} is ${pg.escapeLiteral(comment)}`);
  }

  async digest(name: string, work: Work): Promise<DatabaseDigest> {
    const client = await connect(this.#url, name);
    try {
      return await digestDatabase(client, work);
    } finally {
      await client.end();
    }
  }

  /**
   * Postgres lets nobody new in while it copies or renames a database, and waits five seconds for those inside to
   * leave. They are made to: their programs connect again when it is done.
   */
  async #alone(database: string, work: () => Promise<void>): Promise<void> {
    const bouncer = await connect(this.#url, 'postgres');
    const evict = setInterval(() => {
      bouncer
        .query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database])
        .catch(() => {});
    }, evictEveryMs);
    try {
      await work();
    } finally {
      clearInterval(evict);
      await bouncer.end().catch(() => {});
    }
  }

  async #copyProperties(from: string, to: string): Promise<void> {
    const { rows } = await this.#admin.query<{ statement: string }>(properties, [from, to]);
    for (const { statement } of rows) await this.#run(statement);
  }

  async #run(statement: string): Promise<void> {
    try {
      await this.#admin.query(statement);
    } catch (error) {
      await this.#admin.query('rollback').catch(() => {});
      throw new ActionError('postgres_refused', `Postgres: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      });
    }
  }
}

/** The statements that give database $2 what database $1 has besides its content (pg_database, pg_db_role_setting). */
const properties = `
  with source as (select * from pg_database where datname = $1)
  select 1 as step, format('alter database %I connection limit %s', $2::text, datconnlimit) as statement
    from source where datconnlimit <> -1
  union all
  select 2, format('revoke all on database %I from public', $2::text) from source where datacl is not null
  union all
  select 3, format('grant %s on database %I to %s%s', acl.privilege_type, $2::text,
                   case acl.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(acl.grantee)) end,
                   case when acl.is_grantable then ' with grant option' else '' end)
    from source, aclexplode(datacl) as acl where acl.grantee <> datdba
  union all
  select 4, case setting.setrole when 0 then format('alter database %I', $2::text)
                 else format('alter role %I in database %I', pg_get_userbyid(setting.setrole), $2::text) end
            || format(' set %I to %s', name,
                      -- Lists are kept with each of their members quoted already.
                      case when name in ('search_path', 'temp_tablespaces', 'local_preload_libraries',
                                         'session_preload_libraries') then text else quote_literal(text) end)
    from source join pg_db_role_setting as setting on setting.setdatabase = source.oid, unnest(setting.setconfig) as value,
         lateral (select split_part(value, '=', 1) as name, substr(value, strpos(value, '=') + 1) as text) as parts
  union all
  select 5, format('alter database %I owner to %I', $2::text, pg_get_userbyid(datdba)) from source
   where pg_get_userbyid(datdba) <> current_user
  order by step`;

const id = (name: string) => pg.escapeIdentifier(name);

async function connect(url: string, database: string): Promise<pg.Client> {
  const place = new URL(url);
  place.pathname = `/${encodeURIComponent(database)}`;
  const client = new pg.Client({ connectionString: place.href, connectionTimeoutMillis: connectTimeoutMs });
  // A connection that breaks while it is idle shows up at its next use.
  client.on('error', () => {});
  await client.connect();
  return client;
}

// Snapshots of a Postgres database: sealed copies beside it on the same server, each described by its comment. The
// comment is written last, so a copy that has one is complete.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ActionError } from '../action.ts';
import { withLock } from '../lib/keyed-lock.ts';
import type { SnapshotTarget } from '../targets.ts';
import type { DatabaseDigest } from './postgres-digest.ts';
import { type Database, PostgresServer } from './postgres-server.ts';
import type { Snapshot, SnapshotStore, Work } from './snapshot-store.ts';

type PostgresTarget = Extract<SnapshotTarget, { kind: 'postgres' }>;

const note = z.object({
  firebreak: z.enum(['snapshot', 'before_restore', 'restored']),
  /** The database that it is a copy of; the names of two databases may begin alike. */
  of: z.string(),
  id: z.string(),
  key: z.string(),
  takenAt: z.string(),
  digest: z.string(),
  content: z.string(),
});
type Note = z.output<typeof note>;

export function postgresStore(target: PostgresTarget): SnapshotStore {
  async function use<Value>(work: Work, act: (server: PostgresServer, names: Names) => Promise<Value>): Promise<Value> {
    const url = await urlOf(target);
    const names = namesFor(url);
    return withLock(`postgres:${names.database}`, () =>
      PostgresServer.use(url, work.signal, (server) => act(server, names)),
    );
  }

  return {
    take: (asked, work) => use(work, (server, names) => take(server, names, asked, work)),
    find: (id, work) => use(work, async (server, names) => snapshotIn(await server.find(names.snapshot(id)))),
    all: (work) =>
      use(work, async (server, names) => {
        return (await server.list(names.everySnapshot))
          .filter((database) => noteOf(database)?.of === names.database)
          .flatMap((database) => snapshotIn(database) ?? []);
      }),
    damage: (snapshot, work) =>
      use(work, async (server, names) => {
        const name = names.snapshot(snapshot.id);
        const found = await server.find(name);
        if (found === undefined) return `its database ${name} is missing`;
        return found.open ? `its database ${name} was opened, so it may have been changed` : undefined;
      }),
    restore: (snapshot, asked, work) => use(work, (server, names) => restore(server, names, snapshot, asked, work)),
    difference: (snapshot, asked, work) =>
      use(work, async (server, names) => {
        const found = await server.find(names.database);
        if (found === undefined) return `there is no database ${names.database}`;
        const made = noteOf(found);
        if (made?.firebreak === 'restored' && made.key === asked.key && made.digest === snapshot.digest)
          return undefined;
        return `the database ${names.database} is not the one that was restored`;
      }),
  };
}

async function take(
  server: PostgresServer,
  names: Names,
  asked: Pick<Snapshot, 'id' | 'key' | 'purpose'>,
  work: Work,
): Promise<Snapshot> {
  const name = names.snapshot(asked.id);
  const found = snapshotIn(await server.find(name));
  if (found !== undefined) return found;
  if ((await server.find(names.database)) === undefined) {
    throw new ActionError('database_missing', `There is no database ${names.database}`, { settled: true });
  }
  // An attempt that died left it half done.
  await server.drop(name);
  await server.copy(names.database, name);
  return seal(server, names, asked, work);
}

/** Nobody changes it from now on, and it says what it is. */
async function seal(
  server: PostgresServer,
  names: Names,
  asked: Pick<Snapshot, 'id' | 'key' | 'purpose'>,
  work: Work,
): Promise<Snapshot> {
  const name = names.snapshot(asked.id);
  const digest = await server.digest(name, work);
  await server.setOpen(name, false);
  const { id, key, purpose } = asked;
  const takenAt = new Date().toISOString();
  const snapshot = { id, key, takenAt, digest: digest.digest, content: contentOf(digest) };
  await server.setComment(name, JSON.stringify({ firebreak: purpose, of: names.database, ...snapshot } satisfies Note));
  return { ...snapshot, purpose };
}

async function restore(
  server: PostgresServer,
  names: Names,
  snapshot: Snapshot,
  asked: { key: string; before: string },
  work: Work,
): Promise<Snapshot | undefined> {
  const before = names.snapshot(asked.before);
  const made = await server.find(names.database);
  const swapped = made !== undefined && noteOf(made)?.key === asked.key;
  if (!swapped) await swapIn(server, names, snapshot, { ...asked, before }, work);
  const kept = await server.find(before);
  if (kept === undefined) return undefined;
  return snapshotIn(kept) ?? seal(server, names, { id: asked.before, key: asked.key, purpose: 'before_restore' }, work);
}

async function swapIn(
  server: PostgresServer,
  names: Names,
  snapshot: Snapshot,
  asked: { key: string; before: string },
  work: Work,
): Promise<void> {
  const next = names.next(asked.before);
  await server.drop(next);
  await server.copy(names.snapshot(snapshot.id), next);
  // Before anybody can connect to it under its own name and change it.
  const { digest } = await server.digest(next, work);
  if (digest !== snapshot.digest) {
    await server.drop(next);
    const reason = `Snapshot ${snapshot.id} is not what it was when it was taken`;
    throw new ActionError('snapshot_damaged', reason, { settled: true });
  }
  const { id, takenAt, content } = snapshot;
  const comment: Note = { firebreak: 'restored', of: names.database, id, key: asked.key, takenAt, digest, content };
  await server.setComment(next, JSON.stringify(comment));
  const current = await server.find(names.database);
  await server.rename([
    ...(current === undefined ? [] : [{ from: names.database, to: asked.before }]),
    { from: next, to: names.database },
  ]);
}

interface Names {
  database: string;
  snapshot(id: string): string;
  next(id: string): string;
  everySnapshot: string;
}

/** Postgres cuts names off at 63 bytes. */
function namesFor(url: string): Names {
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  const stem = Buffer.from(database)
    .subarray(0, 30)
    .toString('utf8')
    .replace(/\ufffd$/, '');
  return {
    database,
    snapshot: (id) => `${stem}_fb_${id}`,
    next: (id) => `${stem}_fn_${id}`,
    everySnapshot: `${stem}_fb_%`,
  };
}

/** Undefined for a database that is none of ours, and for a copy that is not complete. */
function noteOf(database: Database): Note | undefined {
  try {
    return note.safeParse(JSON.parse(database.comment ?? '')).data;
  } catch {
    return undefined;
  }
}

function snapshotIn(database: Database | undefined): Snapshot | undefined {
  const found = database && noteOf(database);
  if (database?.open !== false || found === undefined || found.firebreak === 'restored') return undefined;
  const { firebreak: purpose, of: _, ...snapshot } = found;
  return { ...snapshot, purpose };
}

function contentOf({ tables, rows }: DatabaseDigest): string {
  return `${tables} tables, ${rows} rows`;
}

async function urlOf(target: PostgresTarget): Promise<string> {
  if (target.url !== undefined) return target.url;
  const text = await readFile(target.urlFile ?? '', 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ActionError('secret_missing', `The file ${target.urlFile} cannot be read: ${error.code}`, {
      settled: true,
    });
  });
  return text.trim();
}

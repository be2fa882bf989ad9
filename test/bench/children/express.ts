// The floors of taking alerts: the same framework, the same proof of the sender, JSON.parse, and 202. One stores nothing;
// the other stores each body once, in batches as the inbox does, and answers when its batch is on the disk.

import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Response } from 'express';
import pg from 'pg';
import { serve } from './child.ts';

interface Listen {
  credential: string;
  /** A database of its own. */
  databaseUrl: string;
}

const methods = { listen };
export type ExpressMethods = typeof methods;
serve(methods);

/** URLs of the two handlers. */
async function listen({ credential, databaseUrl }: Listen): Promise<{ url: string; storingUrl: string }> {
  const app = express().disable('etag').disable('x-powered-by');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(`Bearer ${credential}`);
  const store = await openStore(databaseUrl);
  const handle = (path: string, keep: (key: string, body: string) => Promise<void> | undefined) => {
    app.post(path, express.raw({ type: () => true }), (request, response) => {
      if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) {
        response.status(401).end();
        return;
      }
      const text = request.body.toString();
      const { alerts } = JSON.parse(text);
      const kept = keep(alerts.map((alert: { fingerprint: string }) => alert.fingerprint).join(), text);
      if (kept) void kept.then(() => accept(response, alerts.length));
      else accept(response, alerts.length);
    });
  };
  handle('/alerts', () => undefined);
  handle('/stored', store);
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `${base}/alerts`, storingUrl: `${base}/stored` };
}

function accept(response: Response, count: number): void {
  const answer = JSON.stringify({ accepted: count });
  response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(answer) });
  response.end(answer);
}

/** What waits while a batch is written is the next batch. */
async function openStore(databaseUrl: string): Promise<(key: string, body: string) => Promise<void>> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query('create table bodies (key text primary key, body text not null)');
  const text = `insert into bodies select * from unnest($1::text[], $2::text[]) on conflict do nothing`;
  let waiting: { key: string; body: string; done: () => void }[] = [];
  let isWriting = false;
  const write = async () => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await client.query({ name: 'keep', text, values: [batch.map(({ key }) => key), batch.map(({ body }) => body)] });
      for (const { done } of batch) done();
    }
    isWriting = false;
  };
  return (key, body) =>
    new Promise((done) => {
      waiting.push({ key, body, done });
      if (!isWriting) void write();
    });
}

// The floor of taking alerts: the same framework, the same proof of the sender, JSON.parse, and 202. It stores nothing.

import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { serve } from './child.ts';

const methods = { listen };
export type ExpressMethods = typeof methods;
serve(methods);

async function listen({ credential }: { credential: string }): Promise<string> {
  const app = express().disable('etag').disable('x-powered-by');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(`Bearer ${credential}`);
  app.post('/alerts', express.raw({ type: () => true }), (request, response) => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) {
      response.status(401).end();
      return;
    }
    const { alerts } = JSON.parse(request.body.toString());
    const answer = JSON.stringify({ accepted: alerts.length });
    response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(answer) });
    response.end(answer);
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`;
}

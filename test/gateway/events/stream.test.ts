import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Response } from 'express';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Change, LiveChanges } from '../../../src/gateway/events/changes.ts';
import { heartbeatMs, streamChanges } from '../../../src/gateway/events/stream.ts';
import { soon } from '../api/soon.ts';

const listeners = new Set<(change: Change) => void>();
const changes: LiveChanges = {
  subscribe: (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  subscribers: () => listeners.size,
  isConnected: () => true,
  closing: new AbortController().signal,
  close: async () => {},
};
const tell = (incidentId: string) => {
  for (const listener of listeners) listener({ kind: 'incident', incidentId });
};

let server: Server;
let isAllowed: boolean;
let streamed: Response | undefined;
const port = () => (server.address() as AddressInfo).port;

beforeEach(async () => {
  isAllowed = true;
  const app = express().get('/', async (_request, response) => {
    streamed = response;
    await streamChanges({ response, changes, isReturning: false, stillAllowed: async () => isAllowed });
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
});

it('beats every 15 seconds, and ends at a beat when the reader may no longer read', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const response = await fetch(`http://127.0.0.1:${port()}/`);
  let text = '';
  const ended = (async () => {
    for await (const chunk of response.body ?? []) text += new TextDecoder().decode(chunk);
  })();
  await soon(() => listeners.size).toBe(1);
  await vi.advanceTimersByTimeAsync(heartbeatMs);
  await soon(() => text).toContain(': still here');
  isAllowed = false;
  await vi.advanceTimersByTimeAsync(heartbeatMs);
  await ended;
  await soon(() => listeners.size).toBe(0);
});

it('keeps next to nothing for a reader that does not read, and tells it to read all again when it does', async () => {
  const socket = connect(port(), '127.0.0.1').pause();
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await soon(() => listeners.size).toBe(1);
  let most = 0;
  const long = 'x'.repeat(1_000);
  for (let n = 0; n < 60; n += 1) {
    for (let each = 0; each < 800; each += 1) tell(`${long}-${n}-${each}`);
    await sleep(25);
    most = Math.max(most, streamed?.writableLength ?? 0);
  }
  // 48 MB were told. The kernel took a few, one batch waits, the rest was let go.
  expect(most).toBeGreaterThan(100_000);
  expect(most).toBeLessThan(2_000_000);
  let tail = '';
  socket.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-2_000);
  });
  socket.resume();
  await soon(() => tail).toContain('event: resync');
  tell('after-that');
  await soon(() => tail).toContain('{"incidentId":"after-that"}');
  socket.destroy();
  await soon(() => listeners.size).toBe(0);
});

it('is cut when the reader has read nothing between two beats', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const socket = connect(port(), '127.0.0.1').pause();
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await soon(() => listeners.size).toBe(1);
  const long = 'x'.repeat(10_000);
  for (let n = 0; !streamed?.writableNeedDrain; n += 1) {
    for (let each = 0; each < 800; each += 1) tell(`${long}-${n}-${each}`);
    await sleep(25);
  }
  await vi.advanceTimersByTimeAsync(heartbeatMs);
  await soon(() => listeners.size).toBe(0);
  socket.destroy();
});

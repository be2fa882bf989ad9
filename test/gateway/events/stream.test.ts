import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, expect, it, vi } from 'vitest';
import type { Change, LiveChanges } from '../../../src/gateway/events/changes.ts';
import { heartbeatMs, streamChanges } from '../../../src/gateway/events/stream.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('beats every 15 seconds, and ends at a beat when the reader may no longer read', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let isAllowed = true;
  const listeners = new Set<(change: Change) => void>();
  const changes: LiveChanges = {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    isConnected: () => true,
    closing: new AbortController().signal,
    close: async () => {},
  };
  const app = express().get('/', async (_request, response) => {
    await streamChanges({ response, changes, isReturning: false, stillAllowed: async () => isAllowed });
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  let text = '';
  const ended = (async () => {
    for await (const chunk of response.body ?? []) text += new TextDecoder().decode(chunk);
  })();
  await expect.poll(() => listeners.size).toBe(1);
  await vi.advanceTimersByTimeAsync(heartbeatMs);
  await expect.poll(() => text).toContain(': still here');
  isAllowed = false;
  await vi.advanceTimersByTimeAsync(heartbeatMs);
  await ended;
  await expect.poll(() => listeners.size).toBe(0);
  server.close();
});

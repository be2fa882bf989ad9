import { expect, test } from 'vitest';
import { apiServer, page } from './api-server.ts';
import { run } from './command-line.ts';

const silence = {
  id: 's1lence',
  matchers: ['alertname="DiskFull"', '@host="db-1"'],
  owner: 'key:ana',
  reason: 'moving disks',
  startsAt: '2026-11-24T07:00:00.000Z',
  endsAt: '2099-11-24T09:00:00.000Z',
  createdAt: '2026-11-24T07:00:00.000Z',
  state: 'active',
  expiredBy: null,
};

test('A silence is made, listed and expired', async () => {
  const { environment, received } = await apiServer({
    'POST /api/silences': silence,
    'GET /api/silences': page(silence),
    'DELETE /api/silences/s1lence': { ...silence, state: 'expired' },
  });
  const reason = ['--reason', 'moving disks'];
  const added = await run(['silences', 'add', ...silence.matchers, '--for', '2h', ...reason], { environment });
  const listed = await run(['silences', 'list', '--state', 'active'], { environment });
  const expired = await run(['silences', 'expire', 's1lence'], { environment });

  expect(JSON.parse(received[0]?.body ?? '')).toEqual({
    matchers: silence.matchers,
    reason: 'moving disks',
    forMs: 7_200_000,
  });
  expect(added.stdout).toMatch(/^Silence s1lence ends in /);
  expect(listed.stdout).toMatch(/s1lence +active .* key:ana +alertname="DiskFull" @host="db-1" +moving disks/);
  expect(expired.stdout).toBe('Expired s1lence (moving disks).\n');
});

test('A silence without a reason is wrong usage', async () => {
  const { exitCode, stderr } = await run(['silences', 'add', 'a="b"', '--for', '2h']);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--reason')]);
});

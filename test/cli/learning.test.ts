import { expect, test } from 'vitest';
import { learnFromEnded } from '../../src/learning/learn.ts';
import { historyOf, historyPlan } from '../core/learning/history.ts';
import { Incidents } from '../learning/incidents.ts';
import { freshDatabase } from '../support/postgres.ts';
import { apiServer } from './api-server.ts';
import { run } from './command-line.ts';

const status = {
  ...{ speaks: false, falseAlarms: 3, real: 1, due: 2, model: '3fa2c1d0e9b8', updatedAt: '2020-11-24T07:00:00.000Z' },
};

test('The state of learning says whether it speaks, and what it needs', async () => {
  const { environment, received } = await apiServer({
    'GET /api/learning': status,
    'POST /api/learning/rebuild': { incidents: 4 },
  });
  const { stdout } = await run(['learning', 'status'], { environment });
  expect(stdout).toContain('4: 3 false alarms, 1 real');
  expect(stdout).toContain('not yet: it needs 30 verdicts of people, 5 of each');
  const rebuilt = await run(['learning', 'rebuild'], { environment });
  expect(received.at(-1)).toMatchObject({ method: 'POST', url: '/api/learning/rebuild' });
  expect(rebuilt.stdout).toBe('Learning anew from 4 incidents; see firebreak learning status.\n');
});

test('A back-test of the recorded incidents compares the model with the share of the kind', async () => {
  const db = await freshDatabase();
  try {
    const environment = { DATABASE_URL: db.url };
    const empty = await run(['learning', 'back-test'], { environment });
    expect(empty.stdout).toContain('0 incidents that people ended');
    const incidents = new Incidents(db.store, historyPlan);
    for (const { facts, endedAtMs, isFalseAlarm } of historyOf(60, 5)) {
      const [alert] = facts.alerts;
      if (!alert) continue;
      const id = await incidents.open(alert, Date.parse(facts.opened.detectedAt));
      await incidents.end(id, endedAtMs, isFalseAlarm ? 'false_positive' : 'real');
    }
    await learnFromEnded(db.store);
    const { stdout, exitCode } = await run(['learning', 'back-test'], { environment });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/60 incidents that people ended: \d+ false alarms, \d+ real\. Nothing was said of \d+/);
    expect(stdout).toMatch(/OF \d+ PREDICTED +MODEL +SHARE OF THE KIND\nAUC .* 0\.\d{3} +0\.\d{3}\n/);
    expect(stdout).toMatch(/False alarms ranked behind 99 % of what is real +\d+ % +\d+ %/);
    const { stdout: document } = await run(['learning', 'back-test', '--json'], { environment });
    expect(JSON.parse(document)).toMatchObject({ incidents: 60, model: { cuts: [{ recall: 0.99 }, {}, {}] } });
  } finally {
    await db.close();
  }
});

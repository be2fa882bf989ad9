import { expect, test } from 'vitest';
import { apiServer, json, page, problem } from './api-server.ts';
import { run } from './command-line.ts';
import { anApproval } from './fixtures.ts';

const approval = anApproval();
const path = `/api/approvals/${approval.id}`;

const decided = (changes: object = {}) => ({
  decision: {
    id: 'd1',
    actor: 'key:ana',
    role: 'responder',
    decision: 'approve',
    reason: null,
    decidedAt: '2026-11-24T07:05:00.000Z',
  },
  approval: { ...approval, status: 'approved', approvedBy: ['key:ana'] },
  delivered: true,
  ...changes,
});

test('Approving prints exactly what will be done and sends the digest of what it printed', async () => {
  const { environment, received } = await apiServer({
    [`GET ${path}`]: approval,
    [`POST ${path}/decisions`]: decided(),
  });

  const { stdout, exitCode } = await run(['approvals', 'approve', approval.id, '--reason', 'seen'], { environment });

  expect(exitCode).toBe(0);
  for (const part of ['block_ip', 'ip:203.0.113.7', '{"address":"203.0.113.7"}', 'live', '2h', approval.digest]) {
    expect(stdout).toContain(part);
  }
  expect(stdout).toContain('Approved: it will be done now.');
  expect(JSON.parse(received[1]?.body ?? '')).toEqual({ decision: 'approve', digest: approval.digest, reason: 'seen' });
});

test('Rejecting sends the digest too, and a decision that is not delivered yet says so', async () => {
  const { environment, received } = await apiServer({
    [`GET ${path}`]: approval,
    [`POST ${path}/decisions`]: (_request, response) => json(response, decided({ delivered: false }), 202),
  });

  const { stdout } = await run(['approvals', 'reject', approval.id], { environment });

  expect(JSON.parse(received[1]?.body ?? '')).toEqual({ decision: 'reject', digest: approval.digest });
  expect(stdout).toContain('Rejected: it will not be done.');
  expect(stdout).toContain('The decision is stored');
});

test('A quorum that is not there yet is not told as done', async () => {
  const waiting = { ...approval, quorum: 2, approvedBy: ['key:ana'] };
  const { environment } = await apiServer({
    [`GET ${path}`]: waiting,
    [`POST ${path}/decisions`]: decided({ approval: waiting }),
  });

  const { stdout } = await run(['approvals', 'approve', approval.id], { environment });

  expect(stdout).toContain('Approved by 1 of 2; it waits for the others.');
});

test('Nothing is decided when the server shows something else than it has a digest of', async () => {
  const altered = { ...approval, subject: { ...approval.subject, params: { address: '198.51.100.1' } } };
  const { environment, received } = await apiServer({ [`GET ${path}`]: altered });

  const { stderr, exitCode } = await run(['approvals', 'approve', approval.id], { environment });

  expect(exitCode).toBe(1);
  expect(stderr).toContain('does not have the digest that it claims');
  expect(received.map(({ method }) => method)).toEqual(['GET']);
});

test('--digest approves only what was read before, by at least 16 digits', async () => {
  const { environment, received } = await apiServer({
    [`GET ${path}`]: approval,
    [`POST ${path}/decisions`]: decided(),
  });
  const approve = (digest: string) => run(['approvals', 'approve', approval.id, '--digest', digest], { environment });

  expect(await approve('0123456789abcdef')).toMatchObject({ exitCode: 1 });
  expect(await approve(approval.digest.slice(0, 15))).toMatchObject({ exitCode: 2 });
  expect(await approve('../../x')).toMatchObject({ exitCode: 2 });
  expect(received.some(({ method }) => method === 'POST')).toBe(false);
  expect(await approve(approval.digest.slice(0, 16))).toMatchObject({ exitCode: 0 });
});

test('A key without the role learns which one is needed', async () => {
  const detail = 'This needs the role responder; the key eve has the role viewer';
  const { environment } = await apiServer({
    [`GET ${path}`]: approval,
    [`POST ${path}/decisions`]: (_request, response) => problem(response, 403, 'role_not_allowed', detail),
  });

  const { stderr, exitCode } = await run(['approvals', 'approve', approval.id, '--json'], { environment });

  expect(exitCode).toBe(1);
  expect(JSON.parse(stderr)).toEqual({ error: { code: 'role_not_allowed', message: detail } });
});

test('Showing one gives the command that approves it, or the reason why you may not', async () => {
  const other = {
    ...approval,
    id: 'other',
    you: {
      ...{ mayDecide: false, mayActAlone: false, code: 'approver_is_requester' },
      reason: 'key:ana asked for it; someone else must decide',
    },
  };
  const alone = { ...other, id: 'alone', you: { ...other.you, mayActAlone: true } };
  const { environment } = await apiServer({
    [`GET ${path}`]: approval,
    'GET /api/approvals/other': other,
    'GET /api/approvals/alone': alone,
  });

  const mine = await run(['approvals', 'show', approval.id], { environment });
  const forbidden = await run(['approvals', 'show', 'other'], { environment });

  expect(mine.stdout).toContain(`firebreak approvals approve ${approval.id} --digest ${approval.digest.slice(0, 16)}`);
  expect(forbidden.stdout).toContain('You may not decide: key:ana asked for it');
  expect(forbidden.stdout).not.toContain('approvals approve');
  const { stdout } = await run(['approvals', 'show', 'alone'], { environment });
  expect(stdout).toMatch(/You may not decide: .*\n.*approvals approve alone --digest \w{16} --break-glass --reason/);
});

test('The list is that of what is pending, until another status is named', async () => {
  const { environment, received } = await apiServer({ 'GET /api/approvals': page(approval) });

  const { stdout } = await run(['approvals', 'list'], { environment });
  await run(['approvals', 'list', '--status', 'all'], { environment });

  expect(stdout).toContain(approval.id);
  expect(stdout).toContain('0 of 1');
  expect(received.map(({ url }) => url)).toEqual(['/api/approvals?limit=50', '/api/approvals?limit=50&status=all']);
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { generic } from '../../src/sources/generic.ts';
import { useAlertsGateway } from '../support/alerts-gateway.ts';
import { isInstalled } from '../support/processes.ts';
import { testWorld } from '../support/source-requests.ts';

const run = promisify(execFile);
const body = '{"status":"firing","title":"Größe überschritten"}';
const atMs = Date.parse('2026-11-24T12:00:00Z');

function verify(headers: Record<string, string>, credentials: string[], text = body) {
  return generic.verify({ headers, path: [], body: Buffer.from(text), receivedAtMs: atMs }, credentials, testWorld);
}

const headersOf = (signature: string) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(atMs / 1_000),
  'webhook-signature': signature,
});

test('what the Standard Webhooks library signs is taken, also beside other signatures', () => {
  const secret = generic.newCredential();
  const signature = new Webhook(secret).sign('msg_1', new Date(atMs), body);
  expect(verify(headersOf(signature), [secret])).toEqual({ ok: true });
  expect(verify(headersOf(`v1,AAAA v1a,BBBB ${signature}`), [secret])).toEqual({ ok: true });
  expect(verify({ ...headersOf(signature), 'webhook-id': 'msg_2' }, [secret])).toMatchObject({
    code: 'signature_wrong',
  });
  expect(verify(headersOf(signature.replace('v1,', 'v2,')), [secret])).toMatchObject({ code: 'signature_missing' });
});

test('what it signs, the Standard Webhooks library takes', () => {
  const secret = generic.newCredential();
  const now = Date.now();
  expect(new Webhook(secret).verify(body, generic.sign(body, secret, now))).toEqual(JSON.parse(body));
});

test('a stale timestamp is told only to who knows the secret', () => {
  const secret = generic.newCredential();
  const old = { ...generic.sign(body, secret, atMs - 3_600_000) };
  expect(verify(old, [secret])).toMatchObject({ code: 'timestamp_stale' });
  expect(verify(old, [generic.newCredential()])).toMatchObject({ code: 'signature_wrong' });
});

const world = useAlertsGateway();

test('the snippet works as it is pasted into a shell', async (context) => {
  const missing = ['bash', 'openssl', 'curl'].filter((name) => !isInstalled(name));
  context.skip(missing.length > 0, `not installed: ${missing.join(', ')}`);
  const snippet = generic.snippet(`${world.gateway.url}/alerts/generic`, world.gateway.credentialOf('generic'));
  const { stdout } = await run('bash', ['-euc', snippet]);
  expect(JSON.parse(stdout)).toMatchObject({ accepted: 1, incidents: [{ id: expect.any(String) }] });
});

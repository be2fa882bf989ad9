// Every registered source through one suite: what it must accept, refuse, keep and never do.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { z } from 'zod';
import { type Alert, alertBounds } from '../../src/core/alert.ts';
import { sources } from '../../src/sources/index.ts';
import { MalformedAlert, type Source } from '../../src/sources/source.ts';
import { type AlertsGateway, startAlertsGateway } from '../support/alerts-gateway.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

const hostile = resolve(import.meta.dirname, '../../../shared/data/hostile');
const needsHostile = (context: TestContext): void =>
  context.skip(!existsSync(hostile), `there is no ${hostile}, the texts that break things`);

let db: FreshDatabase;
let gateway: AlertsGateway;
beforeAll(async () => {
  db = await freshDatabase();
  gateway = await startAlertsGateway(db.store);
});
afterAll(async () => {
  await gateway.close();
  await db.close();
});

const receivedAtMs = Date.parse('2026-11-24T12:00:00Z');

const fixtureFile = z.object({
  /** Bodies as the tool sends them, and what they must become when they are received at noon of 2026-11-24. */
  bodies: z.array(
    z.object({ what: z.string(), body: z.unknown(), alerts: z.array(z.record(z.string(), z.unknown())) }),
  ),
  malformed: z.array(z.object({ what: z.string(), body: z.unknown(), place: z.string() })),
});

function fixtureOf({ name }: Source) {
  return fixtureFile.parse(JSON.parse(readFileSync(new URL(`fixtures/sources/${name}.json`, import.meta.url), 'utf8')));
}

const normalise = (source: Source, body: unknown): Alert[] =>
  source.normalise(source.parse(Buffer.from(JSON.stringify(body))), receivedAtMs);

async function storedOf(source: Source): Promise<Record<string, number>> {
  const { rows } = await sql<Record<string, number>>`select
    (select count(*)::int from alerts where source = ${source.name}) as alerts,
    (select count(*)::int from raw_alerts where source = ${source.name}) as bodies,
    (select count(*)::int from quarantine where source = ${source.name}) as quarantined`.execute(db.store);
  return rows[0] ?? {};
}

/** Another text of the same length that is no credential. */
// Not at its end: HMAC pads a key with zeros, so a key with "AA" behind it may be the same key.
const altered = (text: string): string => text.slice(0, -9) + (text.at(-9) === 'A' ? 'B' : 'A') + text.slice(-8);

describe.each([...sources.values()].map((source) => ({ source, name: source.name })))('source $name', ({ source }) => {
  const now = () => Date.now();
  const sample = (name: string, startedMs?: number): string => source.samples[name]?.(now(), startedMs) ?? '';
  const signed = (body: string, atMs = now()) => source.sign(body, gateway.credentialOf(source.name), atMs);

  test.each(fixtureOf(source).bodies)('reads $what', ({ body, alerts }) => {
    expect(normalise(source, body)).toEqual(alerts.map((alert) => ({ ...alert, source: source.name })));
  });

  test.each(fixtureOf(source).malformed)('names the place of $what', ({ body, place }) => {
    const error = caught(() => normalise(source, body));
    expect(error).toBeInstanceOf(MalformedAlert);
    expect((error as MalformedAlert).place).toBe(place);
  });

  test('has for every sample its resolved counterpart, about the same alert', () => {
    const names = Object.keys(source.samples);
    for (const name of names.filter((one) => !one.endsWith('-resolved'))) {
      expect(names).toContain(`${name}-resolved`);
      const [firing] = normalise(source, JSON.parse(sample(name, receivedAtMs)));
      const [resolved] = normalise(source, JSON.parse(sample(`${name}-resolved`, receivedAtMs)));
      expect([firing?.status, resolved?.status]).toEqual(['firing', 'resolved']);
      const identity = ({ fingerprint, startsAt, groupKey, labels }: Alert) => ({
        fingerprint,
        startsAt,
        groupKey,
        labels,
      });
      expect(resolved && identity(resolved)).toEqual(firing && identity(firing));
    }
  });

  test('names its credential and address in what is to be pasted', () => {
    const credential = source.newCredential();
    const snippet = source.snippet('https://firebreak.example/alerts/x', credential);
    expect(snippet).toContain('https://firebreak.example/alerts/x');
    expect(snippet).toContain(credential.replace('whsec_', ''));
    expect(source.newCredential()).not.toBe(credential);
  });

  test('a signed body opens an incident, a repeat changes nothing, its resolved one lands there too', async () => {
    const startedMs = now();
    const [first, repeated, resolved] = [
      await gateway.post(source, sample('brute-force', startedMs)),
      await gateway.post(source, sample('brute-force', startedMs)),
      await gateway.post(source, sample('brute-force-resolved', startedMs)),
    ];
    expect(first).toMatchObject({ status: 202, body: { accepted: 1, duplicates: 0 } });
    const [incident] = first.body.incidents;
    expect(incident.url).toBe(`https://firebreak.example/incidents/${incident.id}`);
    expect(repeated).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 1, incidents: [incident] } });
    expect(resolved).toMatchObject({ status: 202, body: { accepted: 1, duplicates: 0, incidents: [incident] } });
    expect(gateway.handedOn.filter((id) => id === incident.id)).toHaveLength(2);
  });

  test('nobody else gets in, and nothing of theirs is stored', async () => {
    const body = sample('service-down');
    const before = await storedOf(source);
    const headers = signed(body);
    const wrong = source.sign(body, altered(gateway.credentialOf(source.name)), now());
    const withoutProof = Object.fromEntries(Object.entries(headers).filter(([name]) => name === 'content-type'));
    const attempts = [withoutProof, wrong, { ...wrong, 'content-type': 'text/plain' }];
    for (const attempt of attempts) {
      const answer = await gateway.post(source, body, attempt);
      expect(answer).toMatchObject({ status: 401, body: { status: 401, code: expect.any(String) } });
      expect(answer.headers.get('content-type')).toMatch('application/problem+json');
      expect(answer.headers.get('www-authenticate')).toBeTruthy();
    }
    if (source.authentication === 'hmac' || source.authentication === 'standard-webhooks') {
      expect((await gateway.post(source, body.replace('checkout', 'checkin'), headers)).status).toBe(401);
    }
    expect(await storedOf(source)).toEqual(before);
  });

  test('while a credential is rotated, both are taken', () => {
    const [old, fresh, foreign] = [source.newCredential(), source.newCredential(), source.newCredential()];
    const body = sample('disk-full');
    const verdictOf = (credential: string) =>
      source.verify(
        { headers: source.sign(body, credential, receivedAtMs), path: [], body: Buffer.from(body), receivedAtMs },
        [old, fresh],
      ).ok;
    expect([old, fresh, foreign].map(verdictOf)).toEqual([true, true, false]);
  });

  test('a signed timestamp is taken for five minutes, to either side', () => {
    const credential = source.newCredential();
    const body = sample('disk-full');
    const verdictAt = (ageMs: number) => {
      const headers = source.sign(body, credential, receivedAtMs - ageMs);
      return source.verify({ headers, path: [], body: Buffer.from(body), receivedAtMs }, [credential]);
    };
    const isDated =
      JSON.stringify(source.sign(body, credential, 0)) !== JSON.stringify(source.sign(body, credential, 9e9));
    const minute = 60_000;
    expect([-4, 0, 4].map((minutes) => verdictAt(minutes * minute).ok)).toEqual([true, true, true]);
    for (const minutes of [-6, 6]) expect(verdictAt(minutes * minute).ok).toBe(!isDated);
  });

  test('another content type is refused; a compressed body is read; one that is too large is not', async () => {
    const body = sample('disk-full');
    const small = { ...signed(body), 'content-encoding': 'gzip' };
    expect((await gateway.post(source, body, { ...signed(body), 'content-type': 'text/plain' })).status).toBe(415);
    expect((await gateway.post(source, gzipSync(body), small)).status).toBe(202);
    expect((await gateway.post(source, body, { ...signed(body), 'content-encoding': 'zstd-of-mine' })).status).toBe(
      415,
    );
    const large = ' '.repeat(1024 * 1024) + body;
    expect(await gateway.post(source, large)).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    const bomb = gzipSync(' '.repeat(50 * 1024 * 1024));
    expect((await gateway.post(source, bomb, small)).status).toBe(413);
  });

  test('a body that ends too early is kept whole, once, and counted', async () => {
    const body = sample('failed-deployment', now() - 1_000);
    const cuts = [1, 0.25, 0.5, 0.75].map((share) => body.slice(0, Math.max(1, Math.floor(body.length * share) - 1)));
    for (const cut of cuts) {
      const [first, again] = [await gateway.post(source, cut), await gateway.post(source, cut)];
      expect(first).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 0, incidents: [] } });
      expect(first.body.quarantined.problem).toMatch(/^body: /);
      expect(again.body).toEqual(first.body);
      const row = await db.store
        .selectFrom('quarantine')
        .selectAll()
        .where('quarantine_id', '=', first.body.quarantined.id)
        .executeTakeFirstOrThrow();
      expect(row).toMatchObject({ source: source.name, times: 2, place: 'body' });
      expect(row.body.toString()).toBe(cut);
    }
  });

  test('hostile strings in every text are stored, bounded and harmless', async (context) => {
    needsHostile(context);
    const strings: string[] = JSON.parse(readFileSync(join(hostile, 'naughty-strings.json'), 'utf8'));
    const extremes = [
      '\0',
      'a\0b',
      '\ud800',
      '\udfff\ud800',
      '\u202egnp.exe',
      '__proto__',
      'x'.repeat(20_000),
      '𝄞'.repeat(700),
    ];
    const texts = [...strings, ...extremes].filter((text) => text.trim() !== '');
    const body = JSON.parse(sample('brute-force'));
    const [alert] = body.alerts;
    body.alerts = texts.map((text, index) => ({ ...withTexts(alert, text), fingerprint: `${source.name}-${index}` }));
    const answer = await gateway.post(source, JSON.stringify(body));
    expect(answer).toMatchObject({ status: 202, body: { accepted: texts.length, duplicates: 0 } });
    const stored = await db.store
      .selectFrom('alerts')
      .select('normalised')
      .where('fingerprint', 'like', `${source.name}-%`)
      .execute();
    for (const { normalised } of stored) expectWithinBounds(normalised);
  });

  test('whatever JSON comes, it is read or malformed, and nothing breaks', async (context) => {
    needsHostile(context);
    const folder = join(hostile, 'json-parsing');
    const bodies = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    for (const body of bodies) {
      const error = caught(() => source.normalise(source.parse(body), receivedAtMs));
      expect(error).toBeInstanceOf(MalformedAlert);
    }
    const credential = gateway.credentialOf(source.name);
    for (const body of bodies.filter((_, index) => index % 8 === 0)) {
      const headers = source.sign(body as unknown as string, credential, now());
      expect(await gateway.post(source, body, headers)).toMatchObject({ status: 202, body: { accepted: 0 } });
    }
  });

  test('no log line holds the credential', () => {
    expect(gateway.logged()).not.toContain(gateway.credentialOf(source.name));
  });
});

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const kept = new Set(['status', 'startsAt', 'endsAt', 'fingerprint', 'severity', 'kind', 'url']);

/** The text in the place of every other text, names of labels included. */
function withTexts(value: unknown, text: string, name = ''): object {
  if (typeof value === 'string') return (kept.has(name) ? value : text) as unknown as object;
  if (Array.isArray(value)) return value.map((one) => withTexts(one, text, name));
  if (typeof value !== 'object' || value === null) return value as unknown as object;
  const entries = Object.entries(value).map(([key, one]) => [key, withTexts(one, text, key)]);
  const isMap = name === 'labels' || name === 'annotations';
  return Object.fromEntries(isMap ? [...entries, [text, text]] : entries);
}

function expectWithinBounds(alert: Alert): void {
  const { title, description = '', labels, annotations, entities, groupKey, fingerprint, links } = alert;
  expect(title.length).toBeGreaterThan(0);
  expect(title.length).toBeLessThanOrEqual(alertBounds.titleLength);
  expect(title).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  expect(description.length).toBeLessThanOrEqual(alertBounds.textLength);
  expect(Object.keys(labels).length).toBeLessThanOrEqual(alertBounds.labels);
  for (const [name, value] of Object.entries(labels)) {
    expect(Math.max(name.length, value.length)).toBeLessThanOrEqual(alertBounds.labelLength);
  }
  for (const value of Object.values(annotations)) expect(value.length).toBeLessThanOrEqual(alertBounds.textLength);
  expect(entities.length).toBeLessThanOrEqual(alertBounds.entities);
  expect(groupKey.length).toBeLessThanOrEqual(alertBounds.groupKeyLength);
  expect(fingerprint.length).toBeLessThanOrEqual(alertBounds.fingerprintLength);
  expect(links.length).toBeLessThanOrEqual(alertBounds.links);
  for (const { url } of links) expect(url).toMatch(/^https?:/);
}

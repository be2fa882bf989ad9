// Every registered source through one suite: what it must accept, refuse, keep and never do.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { describe, expect, type TestContext, test } from 'vitest';
import { z } from 'zod';
import { type Alert, alertBounds } from '../../src/core/alert.ts';
import { sources } from '../../src/sources/index.ts';
import { MalformedAlert, type Source } from '../../src/sources/source.ts';
import { useAlertsGateway } from '../support/alerts-gateway.ts';
import { type JsonPath, placesOf, withValueAt } from '../support/json-places.ts';
import { alertsOf, messageOf, requestOf, signedRequest, testWorld } from '../support/source-requests.ts';

const hostile = resolve(import.meta.dirname, '../../../shared/data/hostile');
const needsHostile = (context: TestContext): void =>
  context.skip(!existsSync(hostile), `there is no ${hostile}, the texts that break things`);

const world = useAlertsGateway();

const receivedAtMs = Date.parse('2026-11-24T12:00:00Z');

const fixtureFile = z.object({
  /** Bodies as the tool sends them, and what they must become when they are received at noon of 2026-11-24. */
  bodies: z.array(
    z.object({
      what: z.string(),
      /** Beside those that the source signs with. */
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown(),
      alerts: z.array(z.record(z.string(), z.unknown())),
    }),
  ),
  malformed: z.array(
    z.object({
      what: z.string(),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown(),
      place: z.string(),
    }),
  ),
});

function fixtureOf({ name }: Source) {
  return fixtureFile.parse(JSON.parse(readFileSync(new URL(`fixtures/sources/${name}.json`, import.meta.url), 'utf8')));
}

function normalise(source: Source, body: unknown, headers: Record<string, string> = {}): Alert[] {
  const request = signedRequest(source, JSON.stringify(body), source.newCredential(), receivedAtMs);
  return alertsOf(source, { ...request, headers: { ...request.headers, ...headers } });
}

async function storedOf(source: Source): Promise<Record<string, number>> {
  const { rows } = await sql<Record<string, number>>`select
    (select count(*)::int from alerts where source = ${source.name}) as alerts,
    (select count(*)::int from raw_alerts where source = ${source.name}) as bodies,
    (select count(*)::int from quarantine where source = ${source.name}) as quarantined`.execute(world.db.store);
  return rows[0] ?? {};
}

/** Another text of the same length that is no credential. */
// Not at its end: HMAC pads a key with zeros, so a key with "AA" behind it may be the same key.
const altered = (text: string): string => text.slice(0, -9) + (text.at(-9) === 'A' ? 'B' : 'A') + text.slice(-8);

const isResolved = (name: string): boolean => name.endsWith('-resolved');

describe.each([...sources.values()].map((source) => ({ source, name: source.name })))('source $name', ({ source }) => {
  const now = () => Date.now();
  const names = Object.keys(source.samples).filter((name) => !isResolved(name));
  const main = names[0] ?? '';
  const sample = (name = main, startedMs?: number): string => source.samples[name]?.(now(), startedMs) ?? '';
  const message = (body = sample(), atMs = now(), credential = world.gateway.credentialOf(source.name)) =>
    messageOf(source, body, credential, atMs);
  const post = (body: string) => world.gateway.post(source, body);
  /** Of whom nobody can tell who sent it, once the body is not whole. */
  const provesItselfInBody = source.authentication === 'body';
  const bodyIsSigned = source.authentication === 'hmac' || source.authentication === 'standard-webhooks';

  test.each(fixtureOf(source).bodies)('reads $what', ({ body, headers, alerts }) => {
    expect(normalise(source, body, headers)).toEqual(alerts.map((alert) => ({ ...alert, source: source.name })));
  });

  test.each(fixtureOf(source).malformed)('names the place of $what', ({ body, headers, place }) => {
    const error = caught(() => normalise(source, body, headers));
    expect(error).toBeInstanceOf(MalformedAlert);
    expect((error as MalformedAlert).place).toBe(place);
  });

  test('has samples, each with its resolved counterpart about the same alert, or says why there is none', () => {
    expect(names.length).toBeGreaterThan(0);
    if (source.noRecovery !== undefined) {
      expect(source.noRecovery).toMatch(/^[A-Z].{30,}\.$/);
      expect(Object.keys(source.samples)).toEqual(names);
    }
    for (const name of names) {
      const sampleAtNoon = (one: string) =>
        JSON.parse(source.samples[one]?.(receivedAtMs, receivedAtMs - 60_000) ?? '');
      const [firing] = normalise(source, sampleAtNoon(name));
      expect(firing).toMatchObject({ status: source.isHistory ? 'resolved' : 'firing', source: source.name });
      expect(firing?.entities.length).toBeGreaterThan(0);
      if (source.noRecovery !== undefined) continue;
      const [resolved] = normalise(source, sampleAtNoon(`${name}-resolved`));
      expect(resolved?.status).toBe('resolved');
      const identity = ({ fingerprint, groupKey }: Alert) => ({ fingerprint, groupKey });
      expect(resolved && identity(resolved)).toEqual(firing && identity(firing));
      // Either both know when it began, or the inbox joins the one to the other.
      const startOf = (alert: Alert | undefined) => (alert?.startsAtAssumed ? undefined : alert?.startsAt);
      expect([startOf(firing), undefined]).toContain(startOf(resolved));
    }
  });

  test('names its credential and address in what is to be pasted', () => {
    const credential = source.newCredential();
    const snippet = source.snippet(`https://firebreak.example/alerts/${source.name}`, credential);
    const aliases = source.aliases ?? [];
    const addresses = [`/alerts/${source.name}`, ...aliases].map((path) => `https://firebreak.example${path}`);
    expect(addresses.some((address) => snippet.includes(address))).toBe(true);
    expect(snippet).toContain(credential.replace('whsec_', ''));
    expect(source.newCredential()).not.toBe(credential);
  });

  test('a signed body opens an incident unless it is history, a repeat changes nothing, its resolved one lands there too', async () => {
    const startedMs = now();
    const [first, repeated] = [await post(sample(main, startedMs)), await post(sample(main, startedMs))];
    expect(first).toMatchObject({ status: 202, body: { accepted: 1, duplicates: 0 } });
    if (source.isHistory) {
      expect([first.body.incidents, repeated.body]).toEqual([[], { accepted: 0, duplicates: 1, incidents: [] }]);
      return;
    }
    const [incident] = first.body.incidents;
    expect(incident.url).toBe(`https://firebreak.example/incidents/${incident.id}`);
    expect(repeated).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 1, incidents: [incident] } });
    const handedOn = () => world.gateway.handedOn.filter((id) => id === incident.id).length;
    expect(handedOn()).toBe(1);
    if (source.noRecovery !== undefined) return;
    const resolved = await post(sample(`${main}-resolved`, startedMs));
    expect(resolved).toMatchObject({ status: 202, body: { accepted: 1, duplicates: 0, incidents: [incident] } });
    expect(handedOn()).toBe(2);
  });

  test('nobody else gets in, and nothing of theirs is stored', async () => {
    const body = sample();
    const before = await storedOf(source);
    const right = message(body);
    const wrong = message(body, now(), altered(world.gateway.credentialOf(source.name)));
    const withoutProof = Object.fromEntries(Object.entries(right.headers).filter(([name]) => name === 'content-type'));
    const attempts = [
      { body, headers: withoutProof },
      wrong,
      { ...wrong, headers: { ...wrong.headers, 'content-type': 'text/plain' } },
      ...(bodyIsSigned ? [{ ...right, body: `${right.body} ` }] : []),
    ];
    for (const attempt of attempts) {
      const answer = await world.gateway.post(source, attempt.body, attempt.headers);
      expect(answer).toMatchObject({ status: 401, body: { status: 401, code: expect.stringMatching(/^[a-z_]+$/) } });
      expect(answer.headers.get('content-type')).toMatch('application/problem+json');
      expect(answer.headers.get('www-authenticate')).toBeTruthy();
    }
    expect(await storedOf(source)).toEqual(before);
  });

  test('while a credential is rotated, both are taken', async () => {
    const [old, fresh, foreign] = [source.newCredential(), source.newCredential(), source.newCredential()];
    const verdictOf = async (credential: string) =>
      (await source.verify(signedRequest(source, sample(), credential, now()), [old, fresh], testWorld)).ok;
    expect(await Promise.all([old, fresh, foreign].map(verdictOf))).toEqual([true, true, false]);
  });

  test('a signed timestamp is taken for five minutes, or as long as its tool tries again', async () => {
    const credential = source.newCredential();
    const [body, atMs] = [sample(), now()];
    const isTakenAt = async (ageMs: number) => {
      const request = signedRequest(source, body, credential, atMs - ageMs, atMs);
      return (await source.verify(request, [credential], testWorld)).ok;
    };
    const signatureAt = (signedMs: number) => JSON.stringify(messageOf(source, body, credential, signedMs));
    // What carries no time of its own is known by its delivery id, or changes nothing when it comes again.
    const isDated = signatureAt(0) !== signatureAt(9e9);
    const minute = 60_000;
    for (const minutes of [-4, 0, 4]) expect(await isTakenAt(minutes * minute)).toBe(true);
    for (const ageMs of [-6 * minute, minute + (source.maxAgeMs ?? 5 * minute)]) {
      expect(await isTakenAt(ageMs)).toBe(!isDated);
    }
  });

  test('another content type is refused; a compressed body is read; one that is too large is not', async () => {
    const { body, headers } = message();
    const small = { ...headers, 'content-encoding': 'gzip' };
    const other = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
    expect(await world.gateway.post(source, body, other)).toMatchObject({
      status: 415,
      body: { code: 'content_type_not_supported' },
    });
    expect((await world.gateway.post(source, gzipSync(body), small)).status).toBe(202);
    const unknown = { ...headers, 'content-encoding': 'zstd-of-mine' };
    expect((await world.gateway.post(source, body, unknown)).status).toBe(415);
    const large = ' '.repeat(1024 * 1024) + body;
    expect(await world.gateway.post(source, large, headers)).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
    expect((await world.gateway.post(source, bomb, small)).status).toBe(413);
  });

  test('a body that ends too early is kept whole, once, and counted', async () => {
    const { body } = message(sample(main, now() - 1_000));
    const cuts = [1, 0.25, 0.5, 0.75].map((share) => body.slice(0, Math.max(1, Math.floor(body.length * share) - 1)));
    const before = await storedOf(source);
    for (const cut of cuts) {
      const signed = { ...source.sign(cut, world.gateway.credentialOf(source.name), now()) };
      const [first, again] = [
        await world.gateway.post(source, cut, signed),
        await world.gateway.post(source, cut, signed),
      ];
      if (provesItselfInBody) {
        expect([first.status, again.status]).toEqual([401, 401]);
        continue;
      }
      expect(first).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 0, incidents: [] } });
      expect(first.body.quarantined.problem).toMatch(/^body: /);
      expect(again.body).toEqual(first.body);
      const row = await world.db.store
        .selectFrom('quarantine')
        .selectAll()
        .where('quarantine_id', '=', first.body.quarantined.id)
        .executeTakeFirstOrThrow();
      expect(row).toMatchObject({ source: source.name, times: 2, place: 'body' });
      expect(row.body.toString()).toBe(cut);
    }
    if (provesItselfInBody) expect(await storedOf(source)).toEqual(before);
  });

  test('hostile strings in every text are stored, bounded and harmless', async (context) => {
    needsHostile(context);
    const strings: string[] = JSON.parse(readFileSync(join(hostile, 'naughty-strings.json'), 'utf8'));
    const texts = [...strings, ...extremes].filter((text) => text.trim() !== '');
    const body = JSON.parse(source.samples[main]?.(receivedAtMs, receivedAtMs - 60_000) ?? '');
    const places = await freeTexts(source, body);
    expect(places.length).toBeGreaterThan(2);
    const bodies = texts.map((text) => places.reduce((made, path) => withValueAt(made, path, text), body));
    for (const one of bodies) for (const alert of normalise(source, one)) expectWithinBounds(alert);
    const sent = bodies.filter((_, index) => index % 8 === 0 || index >= strings.length);
    const answers = await Promise.all(sent.map((one) => post(JSON.stringify(one))));
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 202 });
      expect(answer.body.accepted + answer.body.duplicates).toBeGreaterThan(0);
    }
    const stored = await world.db.store
      .selectFrom('alerts')
      .select('normalised')
      .where('source', '=', source.name)
      .execute();
    for (const { normalised } of stored) expectWithinBounds(normalised);
  });

  test('whatever JSON comes, it is read or malformed, and nothing breaks', async (context) => {
    needsHostile(context);
    const folder = join(hostile, 'json-parsing');
    const bodies = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    const credential = world.gateway.credentialOf(source.name);
    const signed = (body: Buffer) => source.sign(body as unknown as string, credential, now());
    for (const body of bodies) {
      const path = source.samplePath ? [source.samplePath] : [];
      const error = caught(() => alertsOf(source, requestOf(body, receivedAtMs, { headers: signed(body), path })));
      if (error !== undefined) expect(error).toBeInstanceOf(MalformedAlert);
    }
    for (const body of bodies.filter((_, index) => index % 8 === 0)) {
      const answer = await world.gateway.post(source, body, signed(body));
      if (provesItselfInBody) expect(answer.status).toBe(401);
      else expect(answer).toMatchObject({ status: 202, body: { accepted: 0 } });
    }
  });

  test('no log line and nothing that is stored holds the credential', async () => {
    const credential = world.gateway.credentialOf(source.name);
    expect(world.gateway.logged()).not.toContain(credential);
    const { rows } = await sql<{ body: Buffer }>`select body from raw_alerts where source = ${source.name}
      union all select body from quarantine where source = ${source.name}`.execute(world.db.store);
    expect(rows.length).toBeGreaterThan(0);
    for (const { body } of rows) expect(body.includes(credential)).toBe(false);
  });
});

const bomb = gzipSync(' '.repeat(50 * 1024 * 1024));

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

/** Where a sample takes any text and is still an alert of a known sender. */
async function freeTexts(source: Source, body: unknown): Promise<JsonPath[]> {
  const credential = source.newCredential();
  const isFree = async (path: JsonPath) => {
    const text = JSON.stringify(withValueAt(body, path, 'any text'));
    const request = signedRequest(source, text, credential, Date.now());
    if (!(await source.verify(request, [credential], testWorld)).ok) return false;
    try {
      return alertsOf(source, request).length > 0;
    } catch {
      return false;
    }
  };
  const texts = placesOf(body).filter(({ value }) => typeof value === 'string');
  const free = await Promise.all(texts.map(async ({ path }) => ((await isFree(path)) ? [path] : [])));
  return free.flat();
}

function caught(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
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

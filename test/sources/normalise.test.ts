import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertBounds } from '../../src/core/alert.ts';
import { sources } from '../../src/sources/index.ts';
import { entitiesOf, entityOf } from '../../src/sources/lib/entities.ts';
import { severityHintOf } from '../../src/sources/lib/severity-words.ts';
import { cleanIdentity, cleanText } from '../../src/sources/lib/text.ts';
import { MalformedAlert } from '../../src/sources/source.ts';
import { disturbed } from '../support/disturbed.ts';
import { alertsOfBody } from '../support/source-requests.ts';

const atMs = Date.parse('2026-11-24T12:00:00Z');
const all = [...sources.values()].map((source) => ({ source, name: source.name }));

/** Of all sources together. */
const generatedPayloads = 10_000;

test.each(all)('$name reads anything as alerts within bounds, or names a place', ({ source }) => {
  fc.assert(
    fc.property(disturbed(source, atMs), (body) => {
      try {
        for (const alert of alertsOfBody(source, JSON.stringify(body), atMs)) {
          const text = JSON.stringify(alert);
          expect(text).not.toContain('\\u0000');
          expect(text.isWellFormed()).toBe(true);
          expect(new Date(alert.startsAt).toISOString()).toBe(alert.startsAt);
          expect(alert.fingerprint.length).toBeLessThanOrEqual(alertBounds.fingerprintLength);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedAlert);
        expect((error as MalformedAlert).place).not.toBe('');
      }
    }),
    { numRuns: Math.ceil(generatedPayloads / all.length) },
  );
});

test.each([
  [{ source_ip: '203.0.113.7' }, ['ip 203.0.113.7']],
  [{ 'Source-IP': '2001:DB8:0:0::7' }, ['ip 2001:db8::7']],
  [{ src_ip: '203.0.113.0/24', client_ip: 'localhost', ip: '010.1.1.1' }, []],
  [{ instance: '10.0.0.5:9100' }, ['host 10.0.0.5']],
  [{ instance: 'https://shop.example:8443/health' }, ['host shop.example']],
  [{ instance: 'web-1:9100', host: 'web-1' }, ['host web-1']],
  [{ job: 'node' }, ['service node']],
  [{ job: 'node', app: 'shop', service: 'checkout' }, ['service checkout', 'service shop']],
  [{ sha256: 'not a hash', md5: 'D41D8CD98F00B204E9800998ECF8427E' }, ['hash d41d8cd98f00b204e9800998ecf8427e']],
  [{ url: 'javascript:alert(1)', uri: 'https://shop.example/a' }, ['url https://shop.example/a']],
  [{ constructor: 'x', __proto__: 'y', colour: 'red' }, []],
])('of the labels %j it is about %j', (labels, expected) => {
  expect(entitiesOf(labels as Record<string, string>).map(({ kind, value }) => `${kind} ${value}`)).toEqual(expected);
});

test('labels count before annotations, and nothing counts twice', () => {
  const found = entitiesOf({ host: 'web-2' }, { host: 'web-1', hostname: 'web-2' });
  expect(found.map(({ value }) => value)).toEqual(['web-2', 'web-1']);
});

test('a value that is too long for a name is none: half of it would be another', () => {
  expect(entityOf('host', 'h'.repeat(301))).toBeUndefined();
});

test.each([
  [{ severity: 'Critical' }, 'critical'],
  [{ Severity: 'warning', level: 'fatal' }, 'medium'],
  [{ severity: 'whatever', priority: 'P2' }, 'high'],
  [{ severity: 'constructor' }, undefined],
  [{}, undefined],
])('the labels %j hint at %s', (labels, expected) => {
  expect(severityHintOf(labels as Record<string, string>)).toBe(expected);
});

test('cutting keeps texts whole characters, and identities apart', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, length) => {
      const cut = cleanText(text, length);
      expect(cut.length).toBeLessThanOrEqual(length);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut).not.toContain('\0');
    }),
  );
  const long = 'x'.repeat(600);
  expect(cleanIdentity(`${long}a`, 512)).not.toBe(cleanIdentity(`${long}b`, 512));
  expect(cleanIdentity(`${long}a`, 512)).toHaveLength(512);
  expect(cleanIdentity('short', 512)).toBe('short');
});

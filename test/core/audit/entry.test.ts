import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditEntry, auditBody, leafHash, parseAuditBody } from '../../../src/core/audit/entry.ts';

const entry: AuditEntry = {
  at: '2026-01-31T09:30:00.000Z',
  actor: 'action:block_ip',
  kind: 'containment.applied',
  incidentId: '7k2m9q',
  key: '7k2m9q/block/applied',
  data: { target: '203.0.113.7', ttlMs: 3_600_000 },
};

describe('the body of an audit entry', () => {
  it('is its canonical JSON', () => {
    expect(auditBody(entry)).toBe(
      '{"actor":"action:block_ip","at":"2026-01-31T09:30:00.000Z","data":{"target":"203.0.113.7","ttlMs":3600000},"incidentId":"7k2m9q","key":"7k2m9q/block/applied","kind":"containment.applied"}',
    );
  });

  it('leaves out an incident and a key that are not given', () => {
    const { incidentId: _incidentId, key: _key, ...rest } = entry;
    expect(Object.keys(JSON.parse(auditBody(rest)))).toEqual(['actor', 'at', 'data', 'kind']);
  });

  it('reads back as the entry, whatever the data', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const stated = { ...entry, data: JSON.parse(JSON.stringify(data)) };
        expect(parseAuditBody(auditBody(stated))).toEqual(stated);
      }),
    );
  });

  it.each([
    ['a time without milliseconds', { at: '2026-01-31T09:30:00Z' }, 'at is "2026-01-31T09:30:00Z"'],
    ['a time with an offset', { at: '2026-01-31T09:30:00.000+01:00' }, 'at is'],
    ['a day that does not exist', { at: '2026-02-31T09:30:00.000Z' }, 'at is'],
    ['an empty actor', { actor: '' }, 'actor is empty'],
    ['an empty key', { key: '' }, 'key is empty'],
  ])('refuses %s', (_name, change, message) => {
    expect(() => auditBody({ ...entry, ...change })).toThrow(message);
  });

  it.each([
    ['text that is not JSON', '{"actor"'],
    ['other than canonical JSON', JSON.stringify(entry)],
    ['a name given twice', auditBody(entry).replace('{"actor"', '{"actor":"person:ana","actor"')],
    ['an unknown name', auditBody(entry).replace(/}$/, ',"severity":1}')],
    ['a number for a kind', auditBody(entry).replace('"containment.applied"', '1')],
    ['a list', '[]'],
    ['no data', '{"actor":"a","at":"2026-01-31T09:30:00.000Z","kind":"k"}'],
  ])('is not %s', (_name, body) => {
    expect(parseAuditBody(body)).toBeNull();
  });
});

describe('the leaf hash', () => {
  it('is SHA-256 of a zero byte and the UTF-8 of the body', () => {
    const body = auditBody({ ...entry, data: 'grün 🔥' });
    const expected = createHash('sha256').update(Buffer.of(0)).update(body, 'utf8').digest('hex');
    expect(Buffer.from(leafHash(body)).toString('hex')).toBe(expected);
  });
});

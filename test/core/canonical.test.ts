import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CanonicalJsonError, canonicalJson, sha256, sha256Hex } from '../../src/core/canonical.ts';

describe('canonicalJson', () => {
  it('writes the example of RFC 8785 section 3.2.2', () => {
    const value = {
      // biome-ignore lint/correctness/noPrecisionLoss: the RFC's own literal, to be rounded to 333333333.3333333
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts names by UTF-16 code units, as RFC 8785 section 3.2.3 shows', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
    const text = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])));
    expect(Object.keys(JSON.parse(text))).toEqual(['1', '\r', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33']);
  });

  it('is the same text for the same value, whatever the order of names, and reads back as that value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (generated) => {
        const value = JSON.parse(JSON.stringify(generated));
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(value);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('leaves out properties that are undefined', () => {
    expect(canonicalJson({ kind: 'note', key: undefined })).toBe('{"kind":"note"}');
  });

  const circular: { self?: unknown } = {};
  circular.self = circular;
  it.each([
    ['undefined', undefined, '$'],
    ['NaN', { metrics: { mttrMs: Number.NaN } }, '$.metrics.mttrMs'],
    ['infinity', [0, Number.POSITIVE_INFINITY], '$[1]'],
    ['a function', { run: () => 1 }, '$.run'],
    ['a symbol', [Symbol('x')], '$[0]'],
    ['a bigint', { seq: 1n }, '$.seq'],
    ['a lone surrogate', { title: 'broken \ud83d' }, '$.title'],
    ['a lone surrogate in a name', { labels: { '\udc00': 1 } }, 'the name at $.labels'],
    ['undefined in an array', { targets: ['10.0.0.1', undefined] }, '$.targets[1]'],
    ['a hole in an array', new Array(1), '$[0]'],
    ['a date', { at: new Date(0) }, '$.at'],
    ['a map', new Map([['a', 1]]), '$'],
    ['bytes', { hash: new Uint8Array(2) }, '$.hash'],
    ['a cycle', circular, `$${'.self'.repeat(512)}`],
  ])('refuses %s and names the place', (_name, value, path) => {
    const refusal = failure(() => canonicalJson(value));
    expect(refusal).toBeInstanceOf(CanonicalJsonError);
    expect(refusal).toMatchObject({ code: 'canonical_json_unrepresentable', path });
    expect(String(refusal)).toContain(path);
  });
});

describe('sha256', () => {
  it('equals the SHA-256 of OpenSSL for every text and for its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const expected = createHash('sha256').update(text, 'utf8').digest('hex');
        expect(sha256Hex(text)).toBe(expected);
        expect(sha256Hex(Buffer.from(text, 'utf8'))).toBe(expected);
        expect(Buffer.from(sha256(text)).toString('hex')).toBe(expected);
      }),
    );
  });
});

function failure(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

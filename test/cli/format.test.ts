import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutTo, widthOf } from '../../src/cli/format/text.ts';
import { duration, parseDuration, relative } from '../../src/cli/format/time.ts';
import { readEvents, type ServerEvent } from '../../src/cli/sse.ts';

test.each([
  [0, '0s'],
  [59_400, '59s'],
  [125_000, '2m 5s'],
  [3_600_000, '1h'],
  [3_605_000, '1h'],
  [90_061_000, '1d 1h'],
])('%d ms is %s', (ms, expected) => {
  expect(duration(ms)).toBe(expected);
});

test('Times are relative to now in the largest unit', () => {
  const now = new Date('2026-11-24T12:00:00Z');
  expect(relative('2026-11-24T11:55:10Z', now)).toBe('4m ago');
  expect(relative('2026-11-24T14:00:00Z', now)).toBe('in 2h');
  expect(relative('2026-11-24T12:00:00.400Z', now)).toBe('now');
});

test('Durations are read as they are written', () => {
  expect(['90s', '15m', '2h', '1d', '1h30m'].map(parseDuration)).toEqual([
    90_000, 900_000, 7_200_000, 86_400_000, 5_400_000,
  ]);
  for (const wrong of ['', '5', '2 h', '-1h', '1w', '0s', '1h 5m'])
    expect(() => parseDuration(wrong)).toThrow('such as');
});

test('Cut texts have the width that was asked for, whatever is in them', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', ' ', 'é', '漢', '한', '🔥', 'e\u0301') });
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 40 }), (text, width) => {
      const cut = cutTo(text, width);
      expect(widthOf(cut)).toBeLessThanOrEqual(width);
      if (widthOf(text) <= width) expect(cut).toBe(text);
    }),
  );
});

test('Server-sent events are the same however their bytes are cut', async () => {
  const data = fc.string({ unit: fc.constantFrom('a', ':', ' ', '漢', '"'), minLength: 1 });
  const events = fc.array(fc.record({ event: fc.constantFrom('incident', 'resync'), data }), { maxLength: 5 });
  const lineEnds = fc.constantFrom('\n', '\r\n', '\r');
  await fc.assert(
    fc.asyncProperty(events, lineEnds, fc.array(fc.nat(30)), async (sent, lineEnd, cuts) => {
      const lines = sent.flatMap((one) => [': beat', `event: ${one.event}`, `data: ${one.data}`, '']);
      // A last comment: a final \r may be the first half of \r\n, and only what follows tells.
      const bytes = new TextEncoder().encode([...lines, ': end', ''].join(lineEnd));
      expect(await collect(chunksOf(bytes, cuts))).toEqual(sent);
    }),
  );
});

async function* chunksOf(bytes: Uint8Array, cuts: number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const length of cuts) {
    yield bytes.subarray(from, from + length);
    from += length;
  }
  yield bytes.subarray(from);
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of readEvents(chunks)) events.push(event);
  return events;
}

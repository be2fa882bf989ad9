import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditEvidence, verifyAudit } from '../../src/audit/verify.ts';
import { type Checkpoint, checkpointText } from '../../src/core/audit/checkpoint.ts';
import type { StoredEntry } from '../../src/core/audit/entry.ts';
import {
  at,
  buildLog,
  chained,
  forgedPayload,
  logArbitrary,
  payloadOf,
  renumbered,
  rowAfter,
  simpleEntry,
  simpleLog,
  strangeHash,
  stream,
} from '../core/audit/logs.ts';
import { checkpointsOf, newKey } from './fixtures.ts';

const key = newKey();
const trustedPublicKey = key.publicKey.pem;
const log = simpleLog(50);
const sizes = [10, 20, 30, 40];
const checkpoints = checkpointsOf(log, sizes, key);

function verify(rows: Iterable<StoredEntry>, evidence: Partial<AuditEvidence> = {}) {
  return verifyAudit({ entries: stream(rows), checkpoints, trustedPublicKey, ...evidence });
}

/** The log with entry `seq` forged and the chain computed again from there on, up to `until`. */
function rewritten(seq: number, until = log.length): StoredEntry[] {
  const again = [forgedPayload(), ...log.slice(seq, until).map(payloadOf)];
  return [...chained(again, log.slice(0, seq - 1)), ...log.slice(until)];
}

describe('a log that nobody touched', () => {
  it('verifies, and says up to where checkpoints confirm it', async () => {
    expect(await verify(log)).toEqual({
      ...{ ok: true, damage: null, further: [], size: 50, head: at(log, 49).hash },
      ...{ root: at(checkpointsOf(log, [50], key), 0).root, confirmedSize: 40, checkpoints: 4 },
      ...{ keyId: key.keyId, keyIsTrusted: true },
    });
  });

  it('verifies when it is empty', async () => {
    const emptyRoot = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(await verify([], { checkpoints: [] })).toMatchObject({
      ok: true,
      size: 0,
      root: emptyRoot,
      confirmedSize: 0,
    });
  });

  it('verifies with any checkpoints at any sizes', async () => {
    const inputs = logArbitrary().chain((rows) =>
      fc.tuple(fc.constant(rows), fc.subarray(rows.map(({ seq }) => seq)), fc.subarray(rows.map(({ seq }) => seq))),
    );
    await fc.assert(
      fc.asyncProperty(inputs, async ([rows, own, kept]) => {
        const all = checkpointsOf(rows, own, key);
        const witnesses = all.filter(({ size }) => kept.includes(size));
        const verdict = await verify(rows, {
          checkpoints: all,
          witnesses,
          reference: stream(rows.slice(0, kept.length)),
        });
        expect(verdict).toMatchObject({ ok: true, confirmedSize: Math.max(kept.length, own.at(-1) ?? 0) });
      }),
      { numRuns: 40 },
    );
  });

  it('verifies by the key that it brings, and says that nobody vouches for that key', async () => {
    const verdict = await verify(log, { trustedPublicKey: undefined, publicKey: trustedPublicKey });
    expect(verdict).toMatchObject({ ok: true, keyId: key.keyId, keyIsTrusted: false });
  });
});

describe('a cut tail', () => {
  it.each([0, 5, 39])('is named by its first missing entry, after entry %i', async (size) => {
    const { damage } = await verify(log.slice(0, size));
    expect(damage).toMatchObject({ code: 'audit_tail_truncated', seq: size + 1, checkpointSize: 40 });
    expect(damage?.message).toContain('40 entries');
  });

  it('is found by an older export where the checkpoints were deleted with it', async () => {
    const verdict = await verify(log.slice(0, 20), {
      checkpoints: checkpoints.slice(0, 2),
      reference: stream(log.slice(0, 35)),
    });
    expect(verdict).toMatchObject({ ok: false, damage: { code: 'audit_tail_truncated', seq: 21 }, confirmedSize: 20 });
  });

  it('is found by a checkpoint that is kept elsewhere', async () => {
    const verdict = await verify(log.slice(0, 35), {
      checkpoints: checkpoints.slice(0, 3),
      witnesses: checkpoints.slice(3),
    });
    expect(verdict.damage).toMatchObject({ code: 'audit_tail_truncated', seq: 36, checkpointSize: 40 });
  });

  it('is not found after the last checkpoint: confirmedSize says so', async () => {
    expect(await verify(log.slice(0, 45))).toMatchObject({ ok: true, size: 45, confirmedSize: 40 });
  });
});

describe('a rewritten chain', () => {
  it('is found between the last good checkpoint and the first bad one, wherever it begins', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (seq) => {
        const to = Math.ceil(seq / 10) * 10;
        const { damage, confirmedSize } = await verify(rewritten(seq));
        expect(damage).toMatchObject({
          code: 'audit_chain_rewritten',
          seq: to - 9,
          range: { from: to - 9, to },
          checkpointSize: to,
        });
        expect(confirmedSize).toBe(to - 10);
      }),
    );
  });

  it('is named by its first entry where an older export has it', async () => {
    for (const seq of [1, 14, 20, 21, 35]) {
      const { damage } = await verify(rewritten(seq), { reference: stream(log.slice(0, 35)) });
      expect(damage).toMatchObject({ code: 'audit_chain_rewritten', seq, range: { from: seq, to: seq } });
    }
  });

  it('is found after the older export ends, by the next checkpoint', async () => {
    const { damage } = await verify(rewritten(37), { reference: stream(log.slice(0, 35)) });
    expect(damage).toMatchObject({ code: 'audit_chain_rewritten', range: { from: 36, to: 40 } });
  });

  it('is found by a checkpoint kept elsewhere, where the attacker could sign all checkpoints again', async () => {
    const rows = rewritten(14);
    const { damage } = await verify(rows, {
      checkpoints: checkpointsOf(rows, sizes, key),
      witnesses: [at(checkpoints, 2), at(checkpoints, 0)],
    });
    expect(damage).toMatchObject({ code: 'audit_chain_rewritten', range: { from: 11, to: 30 }, checkpointSize: 30 });
    expect(damage?.message).toContain('kept elsewhere');
  });

  it('that was computed again only up to an entry is still found at the checkpoint before', async () => {
    const { damage } = await verify(rewritten(14, 33));
    expect(damage).toMatchObject({ code: 'audit_chain_rewritten', range: { from: 11, to: 20 } });
  });

  it('is told from one entry with its hash computed again, at a checkpoint too', async () => {
    const { damage } = await verify(log.with(19, rowAfter(at(log, 19).prevHash, 20, forgedPayload())));
    expect(damage).toMatchObject({ code: 'audit_entry_edited', seq: 20, range: { from: 11, to: 20 } });
  });

  it('is told from an entry that was changed right after a checkpoint, which then is certain', async () => {
    const { damage } = await verify(log.with(20, rowAfter(strangeHash, 21, payloadOf(at(log, 20)))));
    expect(damage).toMatchObject({ code: 'audit_entry_edited', seq: 21, range: { from: 21, to: 21 } });
  });

  it('is not found after the last checkpoint: confirmedSize says so', async () => {
    expect(await verify(rewritten(45))).toMatchObject({ ok: true, confirmedSize: 40 });
  });
});

describe('a swapped checkpoint', () => {
  const other = simpleLog(50).map((_row, index) => simpleEntry(index + 1, 'another log'));
  const foreign = checkpointsOf(buildLog(other), sizes, key);

  it.each([0, 1, 2, 3])('of another log by the same key is named, at place %i', async (place) => {
    const verdict = await verify(log, { checkpoints: checkpoints.with(place, at(foreign, place)) });
    const size = at(sizes, place);
    expect(verdict.damage).toMatchObject({ code: 'audit_checkpoint_swapped', seq: null, checkpointSize: size });
    expect(verdict).toMatchObject({ further: [], size: 50, checkpoints: 3 });
  });

  it('of another log and of a size beyond the end of this one is named, and the tail is not called cut', async () => {
    const [last] = checkpointsOf(buildLog(other), [50], key);
    const verdict = await verify(log.slice(0, 45), { checkpoints: [...checkpoints, ...(last ? [last] : [])] });
    expect(verdict).toMatchObject({ damage: { code: 'audit_checkpoint_swapped', checkpointSize: 50 }, further: [] });
  });

  it.each([
    ['twice', [10, 20, 20, 30, 40], 20],
    ['before a smaller one', [10, 30, 20, 40], 20],
  ])('from another position is named: one that stands there %s', async (_name, order, size) => {
    const placed = order.map((wanted) => at(checkpoints, sizes.indexOf(wanted)));
    expect((await verify(log, { checkpoints: placed })).damage).toMatchObject({
      code: 'audit_checkpoint_swapped',
      checkpointSize: size,
    });
  });

  it('is told from a damaged entry, which is named first', async () => {
    const verdict = await verify(log.with(24, { ...at(log, 24), actor: 'person:eve' }), {
      checkpoints: checkpoints.with(1, at(foreign, 1)),
    });
    expect(verdict.damage).toMatchObject({ code: 'audit_entry_edited', seq: 25 });
    expect(verdict.further).toMatchObject([{ code: 'audit_checkpoint_swapped', checkpointSize: 20 }]);
  });
});

describe('a removed checkpoint', () => {
  it.each([
    ['the first', [1, 2, 3], 20],
    ['one in the middle', [0, 2, 3], 30],
    ['two in the middle', [0, 3], 40],
    ['the last but one', [0, 1, 3], 40],
  ])('is named by the one after it: %s', async (_name, kept, size) => {
    const verdict = await verify(log, { checkpoints: kept.map((index) => at(checkpoints, index)) });
    expect(verdict.damage).toMatchObject({ code: 'audit_checkpoint_removed', checkpointSize: size });
    expect(verdict.further).toEqual([]);
  });

  it('does not hide a rewritten chain', async () => {
    const verdict = await verify(rewritten(12), { checkpoints: [at(checkpoints, 0), ...checkpoints.slice(2)] });
    expect(verdict.damage).toMatchObject({ code: 'audit_chain_rewritten', range: { from: 11, to: 30 } });
    expect(verdict.further).toMatchObject([{ code: 'audit_checkpoint_removed', checkpointSize: 30 }]);
  });

  it('from the end is found by the copy that is kept elsewhere', async () => {
    const verdict = await verify(log, { checkpoints: checkpoints.slice(0, 3), witnesses: checkpoints.slice(3) });
    expect(verdict.damage).toMatchObject({ code: 'audit_checkpoint_removed', checkpointSize: 40 });
  });
});

describe('an edited checkpoint', () => {
  const changes: Partial<Checkpoint>[] = [
    { size: 21 },
    { root: strangeHash },
    { head: strangeHash },
    { at: '2026-06-06T06:06:06.006Z' },
    { previous: null },
    { signature: at(checkpoints, 2).signature },
    { signature: '' },
  ];
  it.each(changes)('is named: %j', async (change) => {
    const edited = { ...at(checkpoints, 1), ...change };
    const verdict = await verify(log, { checkpoints: checkpoints.with(1, edited) });
    expect(verdict.damage).toMatchObject({ code: 'audit_checkpoint_edited', checkpointSize: edited.size });
    expect(verdict).toMatchObject({ further: [], size: 50, checkpoints: 3 });
  });

  it('does not pass for a copy that is kept elsewhere', async () => {
    const witnesses = [{ ...at(checkpoints, 1), root: strangeHash }];
    const { damage } = await verify(log, { witnesses });
    expect(damage).toMatchObject({ code: 'audit_checkpoint_edited', checkpointSize: 20 });
    expect(damage?.message).toContain('Kept elsewhere');
  });
});

describe('a swapped key', () => {
  const eve = newKey();
  const byEve = checkpointsOf(log, sizes, eve);

  it('is named when all is signed by it, before the checkpoints', async () => {
    const verdict = await verify(log, { checkpoints: byEve, publicKey: eve.publicKey.pem });
    expect(verdict.damage).toMatchObject({ code: 'audit_key_swapped', seq: null, checkpointSize: null });
    expect(verdict.damage?.message).toContain(eve.keyId);
    expect(verdict.damage?.message).toContain(key.keyId);
    expect(verdict.further.map(({ checkpointSize }) => checkpointSize)).toEqual(sizes);
  });

  it('is named by the first checkpoint that it signed', async () => {
    const verdict = await verify(log, { checkpoints: [...checkpoints.slice(0, 2), ...byEve.slice(2)] });
    expect(verdict.damage).toMatchObject({ code: 'audit_key_swapped', checkpointSize: 30 });
  });

  it('is named though a checkpoint claims to be by the trusted key', async () => {
    const claim = { ...at(byEve, 3), keyId: key.keyId, previous: at(checkpoints, 3).previous };
    const forged = { ...claim, signature: eve.sign(checkpointText(claim)) };
    const evidence = { checkpoints: checkpoints.with(3, forged), publicKey: eve.publicKey.pem };
    const { damage, further } = await verify(log, evidence);
    expect([damage, ...further].map((found) => found?.code)).toEqual(['audit_key_swapped', 'audit_key_swapped']);
    expect(further[0]).toMatchObject({ checkpointSize: 40 });
  });

  it('is named where the log brings something that is no key', async () => {
    const { damage } = await verify(log, { publicKey: 'not a key' });
    expect(damage).toMatchObject({ code: 'audit_key_swapped' });
  });

  it('is not made up for by taking every key away: checkpoints that nobody can verify are no evidence', async () => {
    const verdict = await verify(log, { trustedPublicKey: undefined });
    expect(verdict).toMatchObject({ ok: false, damage: { code: 'audit_key_missing', seq: null }, keyId: null });
    expect(await verify(log, { trustedPublicKey: undefined, checkpoints: [] })).toMatchObject({
      ok: true,
      keyId: null,
    });
  });

  it('is no verdict where the trusted key itself cannot be read: that is an error', async () => {
    await expect(verify(log, { trustedPublicKey: 'not a key' })).rejects.toMatchObject({
      code: 'audit_key_unreadable',
    });
  });
});

describe('any tampering', () => {
  it('is found once the last entry is under a checkpoint, however often and wherever rows are changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        logArbitrary({ min: 2 }),
        fc.array(fc.tuple(fc.nat(5), fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 }),
        async (rows, steps) => {
          const own = checkpointsOf(rows, [rows.length], key);
          const forged = steps.reduce((current, [what, i, j]) => tampered(current, what, i, j), rows);
          // All of the rows with a well-made one behind them is a log that went on.
          fc.pre(JSON.stringify(forged.slice(0, rows.length)) !== JSON.stringify(rows));
          const { damage } = await verify(forged, { checkpoints: own });
          expect(damage?.seq).toEqual(expect.any(Number));
        },
      ),
    );
  });
});

function tampered(rows: StoredEntry[], what: number, i: number, j: number): StoredEntry[] {
  if (rows.length === 0) return rows;
  const [a, b] = [i % rows.length, j % rows.length];
  switch (what) {
    case 0:
      return rows.toSpliced(a, 1);
    case 1:
      return rows.with(a, at(rows, b)).with(b, at(rows, a));
    case 2:
      return rows.toSpliced(a, 0, at(rows, b));
    case 3:
      return rows.with(a, { ...at(rows, a), ...forgedPayload() });
    case 4:
      return renumbered(rows);
    default:
      return chained(rows.map(payloadOf).with(a, forgedPayload()));
  }
}

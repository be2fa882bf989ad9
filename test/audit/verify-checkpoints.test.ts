// Checkpoints and keys that somebody swapped, removed or edited.

import { describe, expect, it } from 'vitest';
import { type Checkpoint, checkpointText } from '../../src/core/audit/checkpoint.ts';
import { at, buildLog, simpleEntry, simpleLog, strangeHash } from '../core/audit/logs.ts';
import { checkpoints, key, log, rewritten, sizes, verify } from './checked-log.ts';
import { checkpointsOf, newKey } from './fixtures.ts';

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

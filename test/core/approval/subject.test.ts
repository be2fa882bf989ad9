import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ApprovalSubject, subjectDigest } from '../../../src/core/approval/subject.ts';

const subject: ApprovalSubject = {
  incidentId: 'k3v9',
  stepId: 'block',
  action: 'block_ip',
  target: 'ip:203.0.113.7',
  params: { ip: '203.0.113.7', prefix: 32 },
  mode: 'live',
  holdMs: 3_600_000,
  planDigest: 'a'.repeat(64),
  expiresAt: '2026-11-24T08:00:00.000Z',
};

describe('the digest of a subject', () => {
  it('is SHA-256 over its canonical JSON, as computed elsewhere', () => {
    // printf '%s' '{"action":"block_ip",…}' | sha256sum
    expect(subjectDigest(subject)).toBe('108c8d6ccfd600c5eb8c182579b6c71d1cc6450c6c8993163d72995f7cb2fd87');
  });

  it('does not depend on the order of members, nor on what else the object carries', () => {
    const reordered = Object.fromEntries(Object.entries(subject).reverse()) as unknown as ApprovalSubject;
    expect(subjectDigest({ ...reordered, title: 'Block it' } as ApprovalSubject)).toBe(subjectDigest(subject));
  });

  it('changes with every member', () => {
    const changed: Partial<ApprovalSubject>[] = [
      { incidentId: 'k3va' },
      { stepId: 'block2' },
      { action: 'run_command' },
      { target: 'ip:203.0.113.8' },
      { params: { ip: '203.0.113.7', prefix: 24 } },
      { mode: 'simulate' },
      { holdMs: null },
      { planDigest: 'b'.repeat(64) },
      { expiresAt: '2026-11-24T08:00:00.001Z' },
    ];
    expect(changed.map((change) => Object.keys(change)[0])).toEqual(Object.keys(subject));
    const digests = changed.map((change) => subjectDigest({ ...subject, ...change }));
    expect(new Set([...digests, subjectDigest(subject)]).size).toBe(changed.length + 1);
  });

  it('tells any two different parameters apart', () => {
    const params = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(params, params, (one, other) => {
        const isSame = subjectDigest({ ...subject, params: one }) === subjectDigest({ ...subject, params: other });
        expect(isSame).toBe(isDeepStrictEqual(one, other));
      }),
    );
  });
});

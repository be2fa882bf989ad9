/**
 * Run by large-log.test.ts in a process of its own with a small heap: exports a log of the given size to a file,
 * verifies the file, and prints the verdict and the rates as JSON.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { writeExport } from '../../src/audit/export.ts';
import { verifyExport } from '../../src/audit/verify-log.ts';
import { type ChainPosition, genesis, nextPosition } from '../../src/core/audit/chain.ts';
import { auditBody, leafHash, type StoredEntry } from '../../src/core/audit/entry.ts';

const [path = '', count = '0', editedSeq = '0'] = process.argv.slice(2);

async function* entries(): AsyncGenerator<StoredEntry> {
  let position: ChainPosition = genesis;
  for (let seq = 1; seq <= Number(count); seq++) {
    const entry = {
      at: new Date(Date.UTC(2026, 0, 1) + seq).toISOString(),
      actor: 'action:block_ip',
      kind: 'containment.applied',
      incidentId: `incident-${seq % 100}`,
      key: `incident-${seq % 100}/step-${seq}/applied`,
      data: {
        target: `203.0.113.${seq % 256}`,
        ttlMs: 3_600_000,
        previous: { set: 'firebreak', elements: [seq, seq + 1] },
      },
    };
    const body = auditBody(entry);
    const leaf = leafHash(body);
    const next = nextPosition(position, leaf);
    const { at, actor, kind, incidentId, key } = entry;
    const hashes = { leafHash: bytesToHex(leaf), prevHash: position.head, hash: next.head };
    yield { seq, incidentId, at, kind, actor: seq === Number(editedSeq) ? 'person:eve' : actor, key, body, ...hashes };
    position = next;
  }
}

const started = performance.now();
await writeExport(path, { publicKey: null, checkpoints: [], entries: entries() });
const written = performance.now();
const verdict = await verifyExport(path);
const verified = performance.now();
const rate = (ms: number): number => Math.round(Number(count) / (ms / 1000));
const rates = { madeAndWrittenPerSecond: rate(written - started), readAndVerifiedPerSecond: rate(verified - written) };
console.log(JSON.stringify({ verdict, rates, peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024) }));

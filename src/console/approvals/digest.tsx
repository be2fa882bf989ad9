// The digest that a decision is bound to. It is computed again here, from what is on the page: what people read and
// what they approve must be the same thing.

import type { Approval } from '../../contract/api/index.ts';
import { subjectDigest } from '../../core/approval/subject.ts';
import { RefusalNote } from '../ui/note.tsx';
import { visible } from '../ui/outside-text.ts';

export function isAsShown({ subject, digest }: Approval): boolean {
  try {
    return subjectDigest(subject) === digest;
  } catch {
    // Canonical JSON cannot say it, so nobody can have made a digest of it.
    return false;
  }
}

export function Digest({ approval }: { approval: Approval }) {
  if (!isAsShown(approval)) {
    return (
      <RefusalNote
        title="Do not approve this."
        reason="Its digest is not that of what is shown here, so something else may be done. Tell whoever runs Firebreak."
        code="digest_mismatch"
      />
    );
  }
  return (
    <details className="digest">
      <summary>
        Digest <code>{approval.digest.slice(0, 12)}…</code> matches what is shown
      </summary>
      <p className="hint">
        SHA-256 over the canonical JSON (RFC 8785) of the following. Your decision is bound to it, and the worker checks
        it again before it acts.
      </p>
      <pre className="json">{visible(JSON.stringify(approval.subject, null, 2))}</pre>
      <code className="exact">{approval.digest}</code>
    </details>
  );
}

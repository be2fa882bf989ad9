// Deciding: the digest that is sent is that of the approval as it was shown.

import { useCallback } from 'react';
import type { Approval, DecisionRequest, DecisionResult } from '../../contract/api/index.ts';
import { useAsking } from '../api/ask.tsx';
import { path, post } from '../api/client.ts';
import { useLive } from '../api/live-context.tsx';

/** Resolves when the decision is stored. Throws ApiError for a refusal. */
export function useDecide(): (shown: Approval, decision: DecisionRequest['decision'], reason: string) => Promise<void> {
  const { tell } = useAsking();
  const { refresh } = useLive();
  return useCallback(
    async (shown, decision, reason) => {
      const request: DecisionRequest = { decision, digest: shown.digest, ...(reason !== '' && { reason }) };
      try {
        const result = await post<DecisionResult>(path('approvals', shown.id, 'decisions'), request);
        tell('good', resultText(result));
      } finally {
        // Also after a refusal: what is shown may be out of date.
        refresh(shown.incidentId);
      }
    },
    [tell, refresh],
  );
}

function resultText({ decision, approval, delivered }: DecisionResult): string {
  const told = delivered ? '' : ' The incident will be told as soon as it answers.';
  if (decision.decision === 'reject') return `Rejected: ${approval.title}. It will not be done.${told}`;
  if (decision.decision === 'break_glass') {
    return `Approved alone: ${approval.title}. It is on the audit log, and to be reviewed.${told}`;
  }
  const count = new Set(approval.approvedBy).size;
  const standing =
    count < approval.quorum
      ? `${count} of ${approval.quorum} approvals; it waits for ${approval.quorum - count} more.`
      : approval.subject.mode === 'live'
        ? 'It will be done now.'
        : 'It will be simulated now.';
  return `Approved: ${approval.title}. ${standing}${told}`;
}

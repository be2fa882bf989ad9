// Signs decisions, in the gateway, the moment they are made. Knows no store.

import { type Decision, decisionText, type SignedDecision } from '../core/approval/decision.ts';
import type { Sign } from '../core/audit/checkpoint.ts';

export function signDecision(decision: Decision, key: Sign): SignedDecision {
  return { ...decision, keyId: key.keyId, signature: key.sign(decisionText(decision)) };
}

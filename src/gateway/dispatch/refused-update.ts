// Tells a refusal by the workflow from one that Temporal gives in its place, which says nothing of the command.

import type { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { comeAgain } from '../../contract/messages.ts';
import type { CommandEnd } from '../../store/commands.ts';

/**
 * Asking again tells: the workflow was just ending; it ended, or went on in a new run, between accepting and answering; or
 * a worker that died, or that answered too late, left the update undone.
 */
const passing = new Set([comeAgain, 'AcceptedUpdateCompletedWorkflow', 'UnprocessedUpdate']);

/** Undefined when it has to come again. */
export function refusalFrom(error: WorkflowUpdateFailedError): CommandEnd | undefined {
  const { cause } = error;
  const code = cause instanceof ApplicationFailure ? (cause.type ?? 'refused') : 'refused';
  if (passing.has(code)) return undefined;
  return { status: 'refused', code, reason: cause?.message ?? error.message };
}

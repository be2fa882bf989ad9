import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { comeAgain } from '../../../src/contract/messages.ts';
import { refusalFrom } from '../../../src/gateway/dispatch/refused-update.ts';

const failed = (type: string) =>
  refusalFrom(
    new WorkflowUpdateFailedError('Workflow Update failed', ApplicationFailure.nonRetryable('because', type)),
  );

describe('an update that failed', () => {
  it('is a refusal of the workflow with its code and reason', () => {
    expect(failed('nothing_to_settle')).toEqual({ status: 'refused', code: 'nothing_to_settle', reason: 'because' });
  });

  it.each([comeAgain, 'AcceptedUpdateCompletedWorkflow', 'UnprocessedUpdate'])(
    'comes again when nobody has decided on it: %s',
    (type) => {
      expect(failed(type)).toBeUndefined();
    },
  );
});

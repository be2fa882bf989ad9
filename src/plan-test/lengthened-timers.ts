// Bundled with the workflows that run on the test server, never with those that act. That server loses the workflow task
// which cancels a timer just as it fires (sdk-java 3088), and the incident then stands still for ever. A timer that is too
// short for the machine is cancelled in such a moment; a longer one costs nothing there, as its clock skips.

import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

const tooShortMs = 1_000;
const longEnoughMs = 10_000;

export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      startTimer: (input, next) =>
        next({ ...input, durationMs: input.durationMs < tooShortMs ? longEnoughMs : input.durationMs }),
    },
  ],
});

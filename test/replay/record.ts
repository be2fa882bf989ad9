// Keeps the histories of a workflow test for test/replay, when asked to: RECORD_HISTORIES=1 (npm run record-histories).

import { writeFile } from 'node:fs/promises';
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect } from 'vitest';

export const historiesDir = new URL('./histories/', import.meta.url);

/** One file for each run of the incident and of its containments, named after the test. */
export async function recordHistories(
  client: Client,
  incident: WorkflowHandleWithFirstExecutionRunId,
  containments: readonly { containmentId: string }[],
): Promise<void> {
  if (!process.env.RECORD_HISTORIES) return;
  const slug = (expect.getState().currentTestName ?? '')
    .replace(/[^a-z0-9]+/gi, '-')
    .toLowerCase()
    .slice(0, 80);
  const { runId } = await client.workflow.getHandle(incident.workflowId).describe();
  for (const [index, run] of [...new Set([incident.firstExecutionRunId, runId])].entries()) {
    await record(client, incident.workflowId, run, `${slug}.incident-${index + 1}`);
  }
  for (const id of new Set(containments.map(({ containmentId }) => containmentId))) {
    const { runId: run, status } = await client.workflow.getHandle(`containment-${id}`).describe();
    if (status.name !== 'RUNNING') await record(client, `containment-${id}`, run, `${slug}.containment`);
  }
}

async function record(client: Client, workflowId: string, runId: string, name: string): Promise<void> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  await writeFile(
    new URL(`${name}.json`, historiesDir),
    `${JSON.stringify(JSON.parse(historyToJSON(history)), null, 1)}\n`,
  );
}

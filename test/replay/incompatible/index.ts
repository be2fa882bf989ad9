// Both workflows with one command more than they had when their histories were recorded.

import { sleep } from '@temporalio/workflow';
import * as workflows from '../../../workflows/index.ts';

export async function incidentWorkflow(input: Parameters<typeof workflows.incidentWorkflow>[0]) {
  await sleep('1s');
  return workflows.incidentWorkflow(input);
}

export async function containmentWorkflow(input: Parameters<typeof workflows.containmentWorkflow>[0]) {
  await sleep('1s');
  return workflows.containmentWorkflow(input);
}

// A Temporal server whose clock skips what workflows only wait for, and workers on it with the run's bundle.

import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { inject } from 'vitest';
import { queues } from '../../src/contract/names.ts';
import { searchAttributeNames } from '../../src/contract/search-attributes.ts';
import { findTemporalTestServer } from '../../src/embedded/temporal-binary.ts';
import { quietRuntime } from '../../src/plan-test/stage.ts';

/** temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD */
const keyword = 2;

export interface TimeSkipping {
  environment: TestWorkflowEnvironment;
  close(): Promise<void>;
}

/** Workers for all queues. That workflows replay is for test/replay to show. */
export async function startTimeSkipping(activities: object): Promise<TimeSkipping> {
  quietRuntime();
  const path = await findTemporalTestServer();
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? 'default',
    searchAttributes: Object.fromEntries(searchAttributeNames.map((name) => [name, keyword])),
  });
  const worker = (taskQueue: string, withWorkflows: boolean) =>
    Worker.create({
      connection: environment.nativeConnection,
      taskQueue,
      activities,
      ...(withWorkflows && { workflowBundle: { codePath: inject('workflowBundle') } }),
    });
  const workers = [
    await worker(queues.incident, true),
    await worker(queues.containment, false),
    await worker(queues.notify, false),
  ];
  const running = workers.map((one) => one.run());
  return {
    environment,
    async close() {
      for (const one of workers) one.shutdown();
      await Promise.all(running);
      await environment.teardown();
    },
  };
}

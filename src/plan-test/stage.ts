// Where one test runs at a time: a time-skipping server and workers with the true workflow code. Tests follow each other
// on one stage; one whose clock may be stuck is closed.

import { Client } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { queues } from '../contract/names.ts';
import { startTestServer, type TestServer } from '../embedded/test-server.ts';
import { activitiesFor, type World } from './activities.ts';

export type WorkflowCode = WorkflowBundleWithSourceMap | { codePath: string };

export interface Stage {
  readonly server: TestServer;
  readonly client: Client;
  /** By incident id. */
  readonly worlds: Map<string, World>;
  /** How often a workflow asked for something: while it grows, a test goes on. */
  calls(): number;
  close(): Promise<void>;
}

type Call = (...input: unknown[]) => Promise<unknown>;

const workflowInterceptorModules = [new URL('./lengthened-timers.ts', import.meta.url).pathname];

/** The workflows that workers run, built once for all stages. */
export function buildWorkflowCode(): Promise<WorkflowBundleWithSourceMap> {
  const workflowsPath = new URL('../../workflows/index.ts', import.meta.url).pathname;
  return bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger: new DefaultLogger('ERROR') });
}

export async function openStage(executable: string, code: WorkflowCode): Promise<Stage> {
  quietRuntime();
  const server = await startTestServer(executable);
  const connection = await NativeConnection.connect({ address: server.address });
  const worlds = new Map<string, World>();
  let calls = 0;
  const counted = (work: Call): Call => {
    return (...input) => {
      calls += 1;
      return work(...input);
    };
  };
  const activities = Object.fromEntries(
    Object.entries(activitiesFor(worlds)).map(([name, work]) => [name, counted(work as Call)]),
  );
  const worker = (taskQueue: string, withWorkflows: boolean) =>
    Worker.create({ connection, taskQueue, activities, ...(withWorkflows && { workflowBundle: code }) });
  const workers = await Promise.all([
    worker(queues.incident, true),
    worker(queues.containment, false),
    worker(queues.notify, false),
  ]);
  const running = workers.map((one) => one.run());
  return {
    server,
    client: new Client({ connection: server.connection }),
    worlds,
    calls: () => calls,
    async close() {
      for (const one of workers) one.shutdown();
      await Promise.allSettled(running);
      await connection.close();
      await server.stop();
    },
  };
}

let isQuiet = false;

/** Once for each process: what a test says is its result, not the SDK's log. */
export function quietRuntime(): void {
  if (isQuiet) return;
  isQuiet = true;
  const logging = { forward: {}, filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) };
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging } });
}

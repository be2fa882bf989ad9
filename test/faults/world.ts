// A stack with a target to act upon, a sender of alerts, and people.

import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Stack, startStack } from '../support/stack.ts';
import { Alertmanager } from './alertmanager.ts';
import type { World } from './invariants.ts';
import { People } from './people.ts';
import { type PlanChanges, writeResponsePlan } from './response-plan.ts';
import { createTarget, type Target } from './target.ts';

export interface StartedWorld extends World {
  stack: Stack;
  /** Ids of the notices that the pager took, each as often as it was sent. */
  pages: string[];
  close(): Promise<void>;
}

export async function startWorld(plan: PlanChanges = {}): Promise<StartedWorld> {
  const pages: string[] = [];
  const pager = await startPager(pages);
  let target: Target | undefined;
  const stack = await startStack({
    async configure(dir) {
      target = await createTarget(dir);
      const [folder, channels] = [join(dir, 'plan'), join(dir, 'channels.yaml')];
      await writeResponsePlan(folder, plan);
      const { port } = pager.address() as AddressInfo;
      await writeFile(channels, `webhook: { url: 'http://127.0.0.1:${port}/', secret: whsec_${'QUJD'.repeat(8)} }\n`);
      return { ...target.environment, FIREBREAK_PLAN: folder, FIREBREAK_CHANNELS: channels };
    },
  });
  if (!target) throw new Error('There is no target');
  const made = target;
  const people = new People(stack, made);
  people.start();
  return {
    ...{ stack, target: made, alertmanager: new Alertmanager(stack), people, pages },
    async close() {
      await people.stop();
      await stack.close();
      made.remove();
      pager.close();
    },
  };
}

async function startPager(pages: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    pages.push(String(request.headers['webhook-id']));
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

// Processes of the benchmark that are asked to do something and answer: what is measured shares no event loop with what
// measures it. Used from both ends.

import { fork } from 'node:child_process';
import { once } from 'node:events';

/** By name: one input that JSON can say, and the same of the result. */
type Methods = Readonly<Record<string, (input: never) => unknown>>;

interface Request {
  id: number;
  name: string;
  input: unknown;
}

type Answer = { id: number; result: unknown } | { id: number; error: string };

/** In the child: answers until the parent is gone. */
export function serve(methods: Methods): void {
  process.on('message', ({ id, name, input }: Request) => {
    const work = async () => methods[name]?.(input as never);
    work().then(
      (result) => process.send?.({ id, result }),
      (error: Error) => process.send?.({ id, error: error.stack ?? error.message }),
    );
  });
  process.on('disconnect', () => process.exit());
}

export interface Child<M extends Methods> {
  call<Name extends keyof M & string>(name: Name, input: Parameters<M[Name]>[0]): Promise<Awaited<ReturnType<M[Name]>>>;
  pid: number;
  stop(): Promise<void>;
}

/** In the parent. `file` is a module that calls `serve`. */
export function startChild<M extends Methods>(file: URL): Child<M> {
  const child = fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  child.on('message', (answer: Answer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) call?.reject(new Error(answer.error));
    else call?.resolve(answer.result);
  });
  const exited = once(child, 'exit').then(([code, signal]) => {
    for (const call of waiting.values()) call.reject(new Error(`${file} ended: ${signal ?? `exit code ${code}`}`));
  });
  return {
    pid: child.pid ?? 0,
    call(name, input) {
      calls += 1;
      const call = Promise.withResolvers<unknown>();
      waiting.set(calls, call);
      child.send({ id: calls, name, input } satisfies Request);
      return call.promise as never;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

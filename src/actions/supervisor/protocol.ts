// What a client and a supervisor say to each other: one JSON object on a line, and one such line as the answer.

import type { Socket } from 'node:net';
import { z } from 'zod';

export const requestSchema = z.strictObject({ ask: z.literal('restart'), key: z.string().min(1).max(512) });

export const answerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), repeated: z.boolean(), pid: z.int().optional() }),
  z.object({ ok: z.literal(false), reason: z.string() }),
]);
export type SupervisorAnswer = z.output<typeof answerSchema>;

const longestLine = 4_096;

/** Calls back once, with the first line that arrives. Whoever sends a longer one is cut off. */
export function onLine(socket: Socket, callback: (line: string) => void): void {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', function gather(chunk: string) {
    text += chunk;
    const end = text.indexOf('\n');
    if (end >= 0) {
      socket.off('data', gather);
      callback(text.slice(0, end));
    } else if (text.length > longestLine) socket.destroy();
  });
}

// Progress of bringing Firebreak up, on stderr: plain lines in a pipe or log, on a terminal also a live one for what is
// running. Not listr2: its task lists are fixed before they run, and it ends the process at Ctrl-C by itself.

import { styleText } from 'node:util';
import type { Progress } from '../service/index.ts';
import { clean, cutTo } from './format/text.ts';
import { duration } from './format/time.ts';
import { type Output, widthOfTerminal } from './terminal.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;
/** Shorter steps are told without their time. */
const worthTellingMs = 1_000;
const clearLine = '\r\u001b[K';

export function openProgress(stderr: Output): Progress & { end(): void } {
  const running = new Set<{ title: string; detail: string }>();
  const style = (format: 'green' | 'red' | 'dim' | 'cyan', text: string): string =>
    styleText(format, text, { stream: stderr });
  let timer: NodeJS.Timeout | undefined;
  let frame = 0;

  const draw = (): void => {
    if (!stderr.isTTY) return;
    frame = (frame + 1) % frames.length;
    const steps = [...running].map(({ title, detail }) => (detail ? `${title}: ${detail}` : title)).join(', ');
    stderr.write(`${clearLine}${style('cyan', frames[frame] ?? '')} ${cutTo(steps, widthOfTerminal(stderr) - 3)}`);
  };
  const line = (text: string): void => void stderr.write(`${stderr.isTTY ? clearLine : ''}${text}\n`);
  const end = (): void => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    stderr.write(clearLine);
  };

  return {
    end,
    step(given) {
      const step = { title: clean(given), detail: '' };
      const startedMs = Date.now();
      running.add(step);
      if (stderr.isTTY) timer ??= setInterval(draw, frameMs).unref();
      else line(`… ${step.title}`);
      const finish = (mark: string, detail: string): void => {
        running.delete(step);
        const tookMs = Date.now() - startedMs;
        const took = tookMs < worthTellingMs ? '' : style('dim', ` (${duration(tookMs)})`);
        line(`${mark} ${step.title}${detail && `: ${clean(detail)}`}${took}`);
        if (running.size === 0) end();
      };
      return {
        done: (detail = '') => finish(style('green', '✔'), detail),
        // Without the message: what is thrown next is printed in full.
        fail: () => finish(style('red', '✖'), ''),
        update: (detail) => {
          step.detail = clean(detail);
          if (!stderr.isTTY) line(`  ${step.title}: ${step.detail}`);
        },
      };
    },
  };
}

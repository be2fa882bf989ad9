// Where a command writes. Results go to stdout, everything else to stderr. Colour only where the stream is a terminal
// that has it and NO_COLOR does not forbid it: styleText asks for both.

import { styleText } from 'node:util';

export type Output = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

const usualWidth = 80;

/** Some terminals say 0 columns, and mean that they do not know. */
export const widthOfTerminal = ({ columns }: Output): number => columns || usualWidth;

export interface Terminal {
  /** Width of a terminal; undefined in a pipe. */
  readonly columns: number | undefined;
  line(text?: string): void;
  /** One JSON document and a line end. `compact` for streams of them, one a line. */
  json(value: unknown, options?: { compact: boolean }): void;
  /** For people only: progress, hints. */
  note(text: string): void;
  style(format: Parameters<typeof styleText>[0], text: string): string;
  readonly stdout: Output;
  readonly stderr: Output;
}

export function openTerminal(stdout: Output, stderr: Output): Terminal {
  return {
    stdout,
    stderr,
    columns: stdout.isTTY ? widthOfTerminal(stdout) : undefined,
    line: (text = '') => void stdout.write(`${text}\n`),
    json: (value, { compact } = { compact: false }) =>
      void stdout.write(`${compact ? JSON.stringify(value) : JSON.stringify(value, null, 2)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    style: (format, text) => (text === '' || format === 'reset' ? text : styleText(format, text, { stream: stdout })),
  };
}

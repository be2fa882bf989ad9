// Kinds of values that the files of a response plan share: names, durations, texts, expressions. All stay as they were
// written, so that a plan that was stored reads back by the same schemas.

import { z } from 'zod';

export const name = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,62}$/,
    'write lower-case letters, digits, "-" and "_", beginning with a letter, at most 63 characters',
  );

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const durationPattern = /^(0|[1-9][0-9]{0,5})([smhd])$/;
const longestMs = 366 * unitMs.d;

/** A span of time: `90s`, `15m`, `4h`, `3d`. */
export const duration = z
  .string('write a duration, such as 90s, 15m, 4h or 3d')
  .regex(durationPattern, 'write a whole number and s, m, h or d, such as 90s, 15m, 4h or 3d')
  .refine((text) => !(durationMs(text) > longestMs), 'write 366d or less');

/** A span of time that is not nothing. */
export const someTime = duration.refine((text) => durationMs(text) !== 0, 'write more than 0');

/** Milliseconds of a duration that the schema passed; NaN of any other text. */
export function durationMs(text: string): number {
  const [, count, unit] = durationPattern.exec(text) ?? [];
  return Number(count) * (unitMs[unit as keyof typeof unitMs] ?? Number.NaN);
}

const expressionPrefix = /^=\s*/;
const longestExpression = 2_000;

/** A value that is computed: `=` and a CEL expression. */
export const expression = z
  .string('write "=" and a CEL expression')
  .regex(expressionPrefix, 'write "=" and a CEL expression, such as = labels.kind == "brute_force"')
  .max(longestExpression, `write at most ${longestExpression} characters`);

export const isExpression = (value: unknown): value is string =>
  typeof value === 'string' && expressionPrefix.test(value);

/** Without the "=" and the spaces after it. */
export const celOf = (text: string): string => text.replace(expressionPrefix, '');
export const celOffset = (text: string): number => expressionPrefix.exec(text)?.[0].length ?? 0;

/** One line for people; may be computed. */
export const line = z.string().trim().min(1, 'write a text').max(longestExpression, 'write at most 2000 characters');
export const prose = z.string().trim().min(1, 'write a text').max(20_000, 'write at most 20000 characters');
export const httpUrl = z.url({ protocol: /^https?$/, error: 'write an http or https URL' }).max(2_000);

/** How far what was learnt may go; absent means suggest. */
export const learntMode = z.enum(['suggest', 'use']).optional();

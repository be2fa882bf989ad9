// Turns a body into a typed payload, or into a MalformedAlert that names the place.

import type { z } from 'zod';
import { MalformedAlert } from '../source.ts';

/** Most alerts in one request: the inbox writes a request in one piece. */
export const maxAlertsPerRequest = 5_000;

export function parseJson<Schema extends z.ZodType>(body: Buffer, schema: Schema): z.output<Schema> {
  return checked(readJson(body), schema);
}

/** One object, a list of them, or one on each line. The index is that of the list or line; -1 for a single one. */
export function readMany(body: Buffer): { one: unknown; index: number }[] {
  const text = new TextDecoder().decode(body).trim();
  const isLines = /^\{.*\}\r?\n\{/.test(text);
  const all = isLines
    ? text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map(parseLine)
    : readJson(body);
  if (!Array.isArray(all)) return [{ one: all, index: -1 }];
  if (all.length > maxAlertsPerRequest) {
    throw new MalformedAlert('body', `found ${all.length} events; it must have at most ${maxAlertsPerRequest}`);
  }
  return all.map((one, index) => ({ one, index }));
}

function parseLine(line: string, index: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new MalformedAlert(`body[${index}]`, 'found a line that is no JSON; it must be one JSON object');
  }
}

/** As `checked`, the place within the list. */
export function checkedMany<Schema extends z.ZodType>(
  all: readonly { one: unknown; index: number }[],
  schema: Schema,
): z.output<Schema>[] {
  return all.map(({ one, index }) => {
    const parsed = schema.safeParse(one);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new MalformedAlert(
      placeOf([...(index < 0 ? [] : [index]), ...(issue?.path ?? [])]),
      issue?.message ?? 'not an alert',
    );
  });
}

export function checked<Schema extends z.ZodType>(json: unknown, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new MalformedAlert(placeOf(issue?.path ?? []), issue?.message ?? 'not an alert');
}

export function readJson(body: Buffer): unknown {
  if (body.length === 0) throw new MalformedAlert('body', 'found nothing; it must be a JSON object');
  try {
    // Also drops a byte order mark, and turns what is no UTF-8 into U+FFFD: a smudged alert is still an alert.
    return JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    // V8 quotes the text around the error; its first line says where.
    const reason = error instanceof Error ? error.message.split('\n')[0]?.slice(0, 160) : '';
    throw new MalformedAlert('body', `found text that is no JSON (${reason}); it must be a JSON object`);
  }
}

/** `alerts[2].labels.severity` */
export function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part).slice(0, 60)}`)).join('');
  return place.replace(/^\./, '') || 'body';
}

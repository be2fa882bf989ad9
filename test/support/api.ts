// Calls to a gateway that may die at any moment: repeated until it answers, each change under one Idempotency-Key.

import { randomUUID } from 'node:crypto';
import { type Patience, until } from './until.ts';

export class Answered extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, detail: string) {
    super(`${status} ${code}: ${detail}`);
    this.status = status;
    this.code = code;
  }
}

export class Api {
  private readonly url: string;
  private readonly key: string;

  constructor({ url, adminKey }: { url: string; adminKey: string }) {
    this.url = url;
    this.key = adminKey;
  }

  get<T>(path: string, patience?: Patience): Promise<T> {
    return this.call<T>('GET', path, undefined, {}, patience);
  }

  post<T>(path: string, body: object, patience?: Patience): Promise<T> {
    return this.call<T>('POST', path, body, { 'idempotency-key': randomUUID() }, patience);
  }

  delete<T>(path: string, patience?: Patience): Promise<T> {
    return this.call<T>('DELETE', path, undefined, {}, patience);
  }

  /** @throws Answered for every 4xx */
  private async call<T>(
    method: string,
    path: string,
    body: object | undefined,
    more: Record<string, string>,
    patience: Patience = {},
  ): Promise<T> {
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/json', ...more };
    const request = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const answer = await until(
      `an answer to ${method} ${path}`,
      async () => {
        const response = await fetch(`${this.url}${path}`, { ...request, signal: AbortSignal.timeout(15_000) });
        return response.status < 500 && { status: response.status, content: await response.json() };
      },
      { withinMs: 120_000, everyMs: 100, ...patience },
    );
    if (answer.status < 400) return answer.content as T;
    const { code, detail } = answer.content as { code: string; detail: string };
    throw new Answered(answer.status, code, detail);
  }
}

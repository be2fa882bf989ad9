// How the tools send: signed by the credential of their source, and again for as long as nobody answered with 202. An
// answer may be lost on its way, and then it is sent again although it was taken.

import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { sourceCredentialsPath } from '../../../src/secrets/source-credentials.ts';
import { sources } from '../../../src/sources/index.ts';
import { signedMessage } from '../../../src/sources/source.ts';
import type { Message } from '../../store/oracle/messages.ts';
import type { Stack } from '../../support/stack.ts';
import { formats } from './formats.ts';

const answerWithinMs = 10_000;
const repeatAfterMs = 150;
const giveUpAfterMs = 240_000;

export interface Delivery {
  source: string;
  /** All of one group. */
  messages: readonly [Message, ...Message[]];
  /** The same for a delivery that is sent again. */
  id: string;
  /** How many answers are lost. */
  lostAnswers: number;
}

export class Senders {
  /** Tries that brought no answer of 202. */
  failures = 0;
  private readonly url: string;
  private readonly credentials: Record<string, string[]>;

  private constructor(url: string, credentials: Record<string, string[]>) {
    this.url = url;
    this.credentials = credentials;
  }

  static async of({ url, dir }: Pick<Stack, 'url' | 'dir'>): Promise<Senders> {
    return new Senders(url, JSON.parse(await readFile(sourceCredentialsPath(dir), 'utf8')));
  }

  /** Resolves once the sender knows that it was taken. @throws when it was refused, as it would be for ever */
  async send(delivery: Delivery): Promise<void> {
    const request = this.requestOf(delivery);
    const deadline = Date.now() + giveUpAfterMs;
    for (let lost = 0; ; ) {
      const isTaken = await post(request);
      if (isTaken && lost === delivery.lostAnswers) return;
      if (isTaken) lost += 1;
      else this.failures += 1;
      if (Date.now() > deadline) throw new Error(`${request.url} took nothing for ${giveUpAfterMs} ms`);
      if (!isTaken) await sleep(repeatAfterMs);
    }
  }

  private requestOf({ source: name, messages, id }: Delivery): Request {
    const [source, format] = [sources.get(name), formats[name]];
    const [credential] = this.credentials[name] ?? [];
    if (!source || !format || credential === undefined) throw new Error(`Nobody can send as ${name}`);
    const { body, headers } = signedMessage(source, JSON.stringify(format.body(messages, id)), credential, Date.now());
    const path = format.path === undefined ? '' : `/${format.path}`;
    return { url: `${this.url}/alerts/${name}${path}`, body, headers: { ...headers, ...format.headers } };
  }
}

interface Request {
  url: string;
  body: string;
  headers: Record<string, string>;
}

async function post({ url, body, headers }: Request): Promise<boolean> {
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(answerWithinMs) });
    status = response.status;
    text = await response.text();
  } catch {
    return false;
  }
  if (status === 202 && !text.includes('"quarantined"')) return true;
  if (status >= 500) return false;
  throw new Error(`${url} answered ${status} ${text} to ${body.slice(0, 1_000)}`);
}

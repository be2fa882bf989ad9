// One raw keep-alive connection with one request under way: a third of the CPU time of an ordinary HTTP client, so that
// the machine's few cores are left to what is measured.

import { once } from 'node:events';
import { connect } from 'node:net';
import { padded } from './payloads.ts';

export interface Answer {
  /** Three digits; empty when the server hung up. */
  status: string;
  body: string;
}

export interface Connection {
  ask(request: string): Promise<Answer>;
  close(): void;
}

export async function openConnection(url: URL): Promise<Connection> {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
  await once(socket, 'connect');
  let waiting = Promise.withResolvers<Answer>();
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    const answer = wholeAnswer(text);
    if (!answer) return;
    text = '';
    waiting.resolve(answer);
  });
  socket.on('close', () => waiting.resolve({ status: '', body: '' }));
  socket.on('error', () => {});
  return {
    ask(request) {
      waiting = Promise.withResolvers();
      socket.write(request, 'latin1');
      return waiting.promise;
    },
    close: () => void socket.destroy(),
  };
}

/** Undefined until it is whole. Every server here says how long its bodies are. */
function wholeAnswer(text: string): Answer | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const bodyStart = headEnd + 4;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? '0';
  if (text.length < bodyStart + Number(length)) return undefined;
  return { status: text.slice(9, 12), body: text.slice(bodyStart) };
}

export interface Message {
  /** http://host:port/path */
  url: string;
  headers: Record<string, string>;
  /** `{{n}}` stands for a number of 12 digits and `{{g}}` for one of 6. */
  body: string;
}

/** The text of the request with those two numbers. Prepared once, as all requests have the same length. */
export function requestBuilder({ url, headers, body }: Message): (n: number, group: number) => string {
  const { host, pathname } = new URL(url);
  const parts = body.split(/(\{\{[ng]\}\})/);
  const fill = (n: number, group: number): string => {
    const number = padded(n, 12);
    const groupNumber = padded(group, 6);
    return parts.map((part) => (part === '{{n}}' ? number : part === '{{g}}' ? groupNumber : part)).join('');
  };
  const fields = { Host: host, ...headers, 'Content-Length': Buffer.byteLength(fill(0, 0)) };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return (n, group) => head + fill(n, group);
}

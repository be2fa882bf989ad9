import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LinkedNotice, PermanentChannelError } from '../../src/channels/channel.ts';
import { channels } from '../../src/channels/index.ts';
import { channelNames } from '../../src/channels/names.ts';
import { parseChannelSettings } from '../../src/channels/settings.ts';
import { webhookFixture } from './fixtures/channels/webhook.ts';

export interface Receiver {
  settings: unknown;
  wrongSettings: unknown;
  received(): { key: string; text: string; link: string }[];
  answerWith(next: 'ok' | 'permanent' | 'temporary'): void;
  close(): Promise<void>;
}
export type ChannelFixture = () => Promise<Receiver>;

const fixtures: Record<string, ChannelFixture> = { webhook: webhookFixture };

const notice = (overrides: Partial<LinkedNotice> = {}): LinkedNotice => ({
  key: 'i1/page-0/webhook/on-call',
  kind: 'page',
  incidentId: 'i1',
  severity: 'high',
  title: 'Brute force',
  text: 'severity high: rule brute-force',
  to: 'on-call',
  at: '2026-11-24T10:00:00.000Z',
  link: 'http://localhost:8080/incidents/i1',
  ...overrides,
});

test('every registered channel has a fixture, and the documentation knows it', () => {
  expect(Object.keys(fixtures)).toEqual([...channels.keys()]);
  const page = readFileSync(new URL('../../docs/channels.md', import.meta.url), 'utf8');
  for (const name of channels.keys()) expect(page).toContain(`| \`${name}\` |`);
});

describe.each([...channels.values()])('the channel $name', (channel) => {
  let receiver: Receiver;
  const send = (given: LinkedNotice, signal = AbortSignal.timeout(5_000)) => {
    return channel.send(given, channel.settings.parse(receiver.settings), signal);
  };
  beforeAll(async () => {
    receiver = await (fixtures[channel.name] as ChannelFixture)();
  });
  afterAll(() => receiver.close());

  test('tells people, with the key of the notice and a link to the incident', async () => {
    receiver.answerWith('ok');
    const delivery = await send(notice());
    expect(delivery.detail).not.toBe('');
    expect(receiver.received().at(-1)).toMatchObject({ key: notice().key, link: notice().link });
  });

  test('says for good what a retry cannot help with, and for now what it may', async () => {
    receiver.answerWith('permanent');
    await expect(send(notice())).rejects.toBeInstanceOf(PermanentChannelError);
    receiver.answerWith('temporary');
    await expect(send(notice())).rejects.not.toBeInstanceOf(PermanentChannelError);
    receiver.answerWith('ok');
  });

  test('carries hostile text as text', async () => {
    const text = '<script>alert(1)</script> \u202e "; rm -rf / \r\nX-Injected: 1';
    await send(notice({ text, title: text }));
    expect(receiver.received().at(-1)?.text).toBe(text);
  });

  test('stops when it is told to', async () => {
    await expect(send(notice(), AbortSignal.abort())).rejects.toThrow();
  });

  test('names what is wrong in its settings, and keeps their values to itself', () => {
    const parse = () =>
      parseChannelSettings(JSON.stringify({ [channel.name]: receiver.wrongSettings }), 'channels.yaml');
    expect(parse).toThrow(`channels.yaml: ${channel.name}.`);
    expect(parse).not.toThrow('ftp://example.com');
  });
});

test('a channel that there is not is named, with those that there are', () => {
  expect(() => parseChannelSettings('wbhook: {}', 'channels.yaml')).toThrow(
    'there is no channel wbhook; there are webhook',
  );
  expect(parseChannelSettings('', 'channels.yaml')).toEqual({});
});

test('every channel has its name among those that a plan may use', () => {
  expect([...channelNames]).toEqual([...channels.keys()]);
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowedBy, parseAllowRule, ruleForConfigured } from '../../src/net/allow-rule.ts';
import { parseNetwork } from '../../src/net/ip.ts';
import { safeFetch } from '../../src/net/safe-fetch.ts';
import { checkedUrl, whyAddressRefused } from '../../src/net/url-guard.ts';

let server: Server;
let port: number;
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url} ${request.headers.host}`);
    if (request.url === '/redirect') answer.writeHead(302, { location: '/secret' }).end();
    else if (request.url === '/endless') {
      const more = setInterval(() => answer.write('x'.repeat(10_000)), 1);
      answer.on('close', () => clearInterval(more));
    } else if (request.url === '/silent') return;
    else request.pipe(answer.writeHead(200));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const rule = (text: string) => {
  const parsed = parseAllowRule(text);
  if (parsed === undefined) throw new Error(`${text} is no rule`);
  return parsed;
};

describe('safeFetch', () => {
  it('reaches a place that is not public when a rule names it, by address or by name', async () => {
    const allow = [rule(`127.0.0.1:${port}`)];
    const answer = await safeFetch({
      url: `http://127.0.0.1:${port}/a`,
      method: 'POST',
      body: 'hi',
      allow,
      timeoutMs: 2_000,
    });
    expect(answer).toMatchObject({ status: 200, body: 'hi', bodyCut: false });
    const byName = await safeFetch({ url: `http://localhost:${port}/b`, allow: [rule('localhost')], timeoutMs: 2_000 });
    expect(byName.status).toBe(200);
    expect(asked).toContain(`GET /b localhost:${port}`);
  });

  it('connects to nothing when the port is not the allowed one', async () => {
    const before = asked.length;
    const url = `http://127.0.0.1:${port}/`;
    await expect(safeFetch({ url, allow: [rule('127.0.0.1:1')], timeoutMs: 2_000 })).rejects.toMatchObject({
      code: 'address_refused',
      message: `127.0.0.1:${port} is 127.0.0.1, a loopback address`,
    });
    expect(asked).toHaveLength(before);
  });

  it('refuses a name that leads to this machine', async () => {
    await expect(safeFetch({ url: `http://localhost:${port}/`, timeoutMs: 2_000 })).rejects.toMatchObject({
      code: 'address_refused',
    });
  });

  it('follows no redirect', async () => {
    const url = `http://127.0.0.1:${port}/redirect`;
    const answer = await safeFetch({ url, allow: [ruleForConfigured(url)], timeoutMs: 2_000 });
    expect(answer).toMatchObject({ status: 302, headers: { location: '/secret' } });
    expect(asked.some((each) => each.includes('/secret'))).toBe(false);
  });

  it('keeps a bounded part of an endless body', async () => {
    const url = `http://127.0.0.1:${port}/endless`;
    const answer = await safeFetch({ url, allow: [ruleForConfigured(url)], timeoutMs: 5_000, maxBodyBytes: 25_000 });
    expect(answer.bodyCut).toBe(true);
    expect(answer.body).toHaveLength(25_000);
  });

  it('ends at its time limit, and when it is cancelled', async () => {
    const url = `http://127.0.0.1:${port}/silent`;
    const allow = [ruleForConfigured(url)];
    await expect(safeFetch({ url, allow, timeoutMs: 50 })).rejects.toMatchObject({ code: 'request_timed_out' });
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(safeFetch({ url, allow, timeoutMs: 2_000, signal })).rejects.toThrow('stop');
  });

  it('says when nobody listens', async () => {
    const allow = [rule('127.0.0.1')];
    await expect(safeFetch({ url: 'http://127.0.0.1:9/', allow, timeoutMs: 2_000 })).rejects.toMatchObject({
      code: 'request_failed',
    });
  });

  it.each(['file:///etc/passwd', 'ftp://example.com/', 'http://user:secret@example.com/', 'no url'])(
    'refuses %s as a URL, without repeating it',
    (url) => {
      expect(() => checkedUrl(url)).toThrowError(expect.objectContaining({ code: 'url_refused' }));
      expect(() => checkedUrl(url)).not.toThrowError(/secret/);
    },
  );
});

describe('the addresses that are not public', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.1', 'loopback'],
    ['0x7f000001', 'loopback'],
    ['2130706433', 'loopback'],
    ['017700000001', 'loopback'],
    ['[::1]', 'loopback'],
    ['[::ffff:127.0.0.1]', 'loopback'],
    ['[::ffff:7f00:1]', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['[::]', 'unspecified'],
    ['10.1.2.3', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['[::ffff:10.0.0.1]', 'private'],
    ['[fd00::1]', 'unique local'],
    ['[fec0::1]', 'site-local'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['169.254.169.254', 'link-local'],
    ['[fe80::1]', 'link-local'],
    ['[64:ff9b::a9fe:a9fe]', 'NAT64'],
    ['[64:ff9b:1::1]', 'local NAT64'],
    ['[2002:7f00:1::]', '6to4'],
    ['[2001:0:53aa:64c::1]', 'Teredo'],
    ['[::7f00:1]', 'IPv4-compatible'],
    ['[::ffff:0:7f00:1]', 'IPv4-translated'],
    ['224.0.0.1', 'multicast'],
    ['[ff02::1]', 'multicast'],
    ['255.255.255.255', 'reserved or broadcast'],
    ['198.18.0.1', 'benchmarking'],
    ['203.0.113.7', 'documentation'],
    ['[2001:db8::1]', 'documentation'],
  ])('%s is %s', (host, range) => {
    expect(whyAddressRefused(new URL(`http://${host}/`), [])).toContain(`, a ${range} address`);
  });

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '[2606:4700:4700::1111]'])('%s is not one', (host) => {
    expect(whyAddressRefused(new URL(`http://${host}/`), [])).toBeUndefined();
  });

  it('are refused however a rule for another network is written', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), fc.integer({ min: 16, max: 32 }), (third, fourth, prefix) => {
        const url = new URL(`http://10.1.${third}.${fourth}/`);
        expect(whyAddressRefused(url, [rule(`10.2.0.0/${prefix}`)])).toContain('private');
        expect(whyAddressRefused(url, [rule('10.1.0.0/16')])).toBeUndefined();
      }),
    );
  });
});

describe('an allow rule', () => {
  it.each(['10.0.0.0/8', '127.0.0.1:9000', '[::1]:443', '::1', 'fd00::/8', 'intranet.example', 'intranet.example:443'])(
    '%s is one',
    (text) => {
      expect(parseAllowRule(text)).toBeDefined();
    },
  );

  it.each([
    '',
    '*',
    '10.0.0.0/33',
    '10.0.0.0/8:80:90',
    'a:0',
    'a:99999',
    '0x7f.1',
    '127.1',
    '[::1',
    'http://a',
    'a_b',
    '-a.b',
    'a..b',
  ])('%s is none', (text) => {
    expect(parseAllowRule(text)).toBeUndefined();
  });

  it('for a name does not open the metadata service of a cloud', () => {
    const named = { kind: 'host', host: 'intranet.example' } as const;
    const at = (text: string) => parseNetwork(text) ?? expect.unreachable();
    expect(allowedBy([named], 'intranet.example', at('10.0.0.5'), 80)).toBe(true);
    expect(allowedBy([named], 'INTRANET.example.', at('10.0.0.5'), 80)).toBe(true);
    expect(allowedBy([named], 'intranet.example', at('169.254.169.254'), 80)).toBe(false);
    expect(allowedBy([named], 'other.example', at('10.0.0.5'), 80)).toBe(false);
  });
});

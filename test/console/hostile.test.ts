// Text from outside stays text, whatever it says.

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { browserMissing, phone } from './support/browser.ts';
import { sampleAlert, sampleApproval, sampleEntry, sampleIncident, sampleLearnt } from './support/samples.ts';
import { useConsole } from './support/use-console.ts';
import { World } from './support/world.ts';

const script = '<script>alert(1)</script><img src=x onerror=alert(2)>"\'><svg onload=alert(3)>';
const turned = 'Block \u202e7.311.0.302\u202c now';
const long = 'x'.repeat(300);
const naughtyFile = resolve(import.meta.dirname, '../../../shared/data/hostile/naughty-strings.json');

function hostileWorld(): World {
  const world = new World();
  for (const [id, text] of Object.entries({ script, turned, long, arabic: 'هجوم على الخادم bastion-1' })) {
    world.learnt.set(id, sampleLearnt(0.5, text));
    world.add(
      sampleIncident({
        id,
        title: text,
        service: text,
        assignee: text,
        reasons: [text],
        runbooks: [
          { title: text, url: 'javascript:alert(4)' },
          { title: 'data', url: 'data:text/html,<script>alert(5)</script>' },
        ],
        alerts: [
          sampleAlert({
            id: `${id}-alert`,
            title: text,
            labels: { [text]: text },
            links: [{ title: text, url: 'javascript:alert(6)' }],
          }),
        ],
        approvals: [
          sampleApproval({
            id: `${id}-approval`,
            incidentId: id,
            title: text,
            incidentTitle: text,
            subject: { target: text, params: { [text]: text } },
          }),
        ],
      }),
      [sampleEntry(world.audit().length + 1, { text, actor: 'key:ana', data: { text } })],
    );
  }
  return world;
}

describe.skipIf(browserMissing)(`Hostile text in the console ${browserMissing ?? ''}`, () => {
  const { open } = useConsole();
  const pages = ['/', '/incidents/script', '/incidents/turned', '/incidents/long', '/approvals', '/audit'];

  it.each(pages)('does nothing and breaks nothing on %s', async (path) => {
    const { page } = await open({ world: hostileWorld(), path, viewport: phone });
    await page
      .getByText(/^Reading/)
      .first()
      .waitFor({ state: 'detached' });
    expect(await page.locator('main script, main img, main svg').count()).toBe(0);
    const widths = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
    expect(widths).toEqual([phone.width, phone.width]);
  });

  it('shows markup as it was written', async () => {
    const { page } = await open({ world: hostileWorld(), path: '/incidents/script' });
    expect(await page.locator('h1').textContent()).toBe(script);
  });

  it('links only to the web', async () => {
    const { page } = await open({ world: hostileWorld(), path: '/incidents/script' });
    await page.getByText('Labels and details').click();
    const hrefs = await page.locator('main a').evaluateAll((all: { href: string }[]) => all.map(({ href }) => href));
    expect(hrefs.filter((href) => !href.startsWith('http'))).toEqual([]);
  });

  it('writes out characters that would turn the reading order around', async () => {
    const { page } = await open({ world: hostileWorld(), path: '/incidents/turned' });
    const card = page.getByRole('article', { name: /^Approval/ });
    expect(await card.textContent()).toContain('Block [U+202E]7.311.0.302[U+202C] now');
  });

  it.skipIf(!existsSync(naughtyFile))('shows each of the naughty strings as it is', async () => {
    const strings: string[] = JSON.parse(readFileSync(naughtyFile, 'utf8'));
    const world = new World();
    const entries = strings.map((text, n) => sampleEntry(n + 1, { text, data: { text } }));
    world.add(sampleIncident({ id: 'naughty' }), entries.slice(-190));
    const { page } = await open({ world, path: '/incidents/naughty' });
    await page.getByRole('button', { name: 'Show what was before' }).click();
    await expect.poll(() => page.locator('.timeline-line').count()).toBe(190);
    expect(await page.locator('main script, main img, main iframe').count()).toBe(0);
  });
});

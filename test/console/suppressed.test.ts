// Alerts that are no incidents: why, and what keeps them back.

import { describe, expect, it } from 'vitest';
import { browserMissing } from './support/browser.ts';
import { sampleWorld } from './support/sample-world.ts';
import { ahead, sampleSilence, sampleSuppressed } from './support/samples.ts';
import { useConsole } from './support/use-console.ts';
import { World } from './support/world.ts';

describe.skipIf(browserMissing)(`Suppressed alerts in the console ${browserMissing ?? ''}`, () => {
  const { open } = useConsole();

  it('says of each why it is no incident, and leads to what keeps it back', async () => {
    const { page } = await open({ world: sampleWorld(), path: '/suppressed' });
    const rows = page.getByRole('list', { name: 'Suppressed alerts' }).getByRole('listitem');
    await expect.poll(() => rows.count()).toBe(3);
    const silenced = await rows.first().textContent();
    expect(silenced).toMatch(/Silenced Firing Disk is full on db-1.*until \d\d:\d\d: Moving the disks/);
    await rows.nth(1).getByRole('link', { name: 'Rule node-down' }).click();
    const asked = page.getByRole('list', { name: 'Rules' }).getByRole('listitem').first();
    await asked.getByText('node-down').waitFor();
    expect(await asked.getAttribute('aria-current')).toBe('true');
    await page.goBack();
    await rows.first().getByRole('link', { name: 'Silence disks' }).click();
    await page.getByRole('region', { name: 'What it keeps back' }).getByText('Disk is full on db-1').waitFor();
  });

  it('explains one in full, with the silence and its button on the same page', async () => {
    const { page, world } = await open({ world: sampleWorld(), path: '/suppressed' });
    await page.getByRole('link', { name: 'Disk is full on db-1' }).click();
    await page.getByRole('heading', { name: 'Why is it no incident?' }).waitFor();
    const kept = page.getByRole('region', { name: 'What keeps it back' });
    await kept.getByText('alertname="DiskFull"').waitFor();
    await kept.getByRole('button', { name: 'Expire the silence: Moving the disks' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Expire' }).click();
    await kept.getByText('Expired').waitFor();
    expect(world.received.map(({ method, path }) => `${method} ${path}`)).toEqual(['DELETE /api/silences/disks']);
  });

  it('filters by reason, source and words, and keeps the filter in the address', async () => {
    const { page } = await open({ world: sampleWorld(), path: '/suppressed' });
    const titles = () =>
      page.getByRole('list', { name: 'Suppressed alerts' }).locator('.row-title').getByRole('link').allTextContents();
    await page.getByText('Inhibition', { exact: true }).click();
    await expect.poll(titles).toEqual(['Pods restart on node-7']);
    await page.reload();
    await expect.poll(titles).toEqual(['Pods restart on node-7']);
    await page.getByText('Inhibition', { exact: true }).click();
    await page.getByText('Came too late', { exact: true }).click();
    await expect.poll(titles).toEqual(['CPU was high on web-1']);
    await page.getByText('Came too late', { exact: true }).click();
    await page.getByText('Still firing', { exact: true }).click();
    await page.getByLabel('Source').fill('grafana');
    await expect.poll(titles).toEqual(['Pods restart on node-7']);
    await page.getByLabel('Source').fill('');
    await page.getByLabel('Search').fill('disks');
    await expect.poll(titles).toEqual(['Disk is full on db-1']);
    expect(new URL(page.url()).search).toBe('?show=firing&q=disks');
    await page.getByLabel('Search').fill('nothing at all');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await expect.poll(async () => (await titles()).length).toBe(3);
  });

  it('shows a new one as it comes', async () => {
    const { page, world, server } = await open({ path: '/suppressed' });
    await page.getByRole('heading', { name: 'Every alert belongs to an incident' }).waitFor();
    world.suppressed = [sampleSuppressed({ id: 'fresh', title: 'Disk is full on db-9' })];
    server.emitSuppressed();
    await page.getByRole('link', { name: 'Disk is full on db-9' }).waitFor();
  });

  it('pages by cursor', async () => {
    const world = new World();
    world.suppressed = Array.from({ length: 120 }, (_, n) => sampleSuppressed({ id: `a-${n}`, title: `Number ${n}` }));
    const { page } = await open({ world, path: '/suppressed' });
    for (const last of ['Number 99', 'Number 119']) {
      await page.getByRole('button', { name: 'Show older alerts' }).click();
      await page.getByRole('link', { name: last, exact: true }).waitFor();
    }
  });

  it('says when the plan has the rule no more, and when there is no such alert', async () => {
    const { page } = await open({ world: sampleWorld(), path: '/suppressed/rules?rule=flapping/gone' });
    await page.getByText('has no rule flapping/gone any more').waitFor();
    await page.goto(new URL('/explain/nothing', page.url()).href);
    await page.getByRole('heading', { name: 'There is no alert nothing' }).waitFor();
    await page.goto(new URL('/silences/nothing', page.url()).href);
    await page.getByRole('heading', { name: 'There is no silence nothing' }).waitFor();
  });
});

describe.skipIf(browserMissing)(`Silences in the console ${browserMissing ?? ''}`, () => {
  const { open } = useConsole();

  it('are made with an end and a reason, and not without', async () => {
    const { page, world } = await open({ world: sampleWorld(), path: '/silences' });
    await page.getByRole('button', { name: 'Silence alerts…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Silence alerts' });
    const confirm = dialog.getByRole('button', { name: 'Silence', exact: true });
    await dialog.getByLabel('Alerts that match all of these').fill('alertname="CpuHigh"\n\ninstance=~"web-.+"');
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Reason').fill('Load test');
    await dialog.getByLabel('For', { exact: true }).selectOption('4 hours');
    expect(await dialog.textContent()).toContain('Owner: ana');
    await confirm.click();
    const made = page.getByRole('listitem').filter({ hasText: 'instance=~"web-.+"' }).first();
    await made.waitFor();
    expect(await page.getByRole('list', { name: 'Silences' }).textContent()).toContain('Load test');
    expect(world.received.map(({ path, body }) => ({ path, body }))).toEqual([
      {
        path: '/api/silences',
        body: { matchers: ['alertname="CpuHigh"', 'instance=~"web-.+"'], reason: 'Load test', forMs: 4 * 3_600_000 },
      },
    ]);
    expect(world.received[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/);
  });

  it('that cannot be read are refused in the words of the server, and what was typed stays', async () => {
    const { page } = await open({ world: sampleWorld(), path: '/silences' });
    await page.getByRole('button', { name: 'Silence alerts…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Alerts that match all of these').fill('alertname="open');
    await dialog.getByLabel('Reason').fill('Load test');
    await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
    expect(await dialog.getByRole('alert').textContent()).toContain('close them');
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('Load test');
  });

  it('begin from an alert of an incident, with what it is matched by', async () => {
    const { page } = await open({ world: sampleWorld(), path: '/incidents/busy-incident' });
    await page.getByRole('button', { name: /Silence alerts like this: SshBruteForce: 412/ }).click();
    const draft = await page.getByRole('dialog').getByLabel('Alerts that match all of these').inputValue();
    expect(draft.split('\n')).toEqual([
      '@source="alertmanager"',
      'alertname="SshBruteForce"',
      'instance="bastion-1:9100"',
      'severity="warning"',
    ]);
  });

  it('show whose they are, until when, and what they keep back; those that are over on request', async () => {
    const { page } = await open({ world: sampleWorld(), path: '/silences' });
    const row = page.getByRole('list', { name: 'Silences' }).locator('> li').first();
    expect(await row.textContent()).toMatch(/Active Moving the disks.*owner noor.*until .*1 h \d+ min left/);
    await page.getByText('Expired', { exact: true }).click();
    await page.getByText(/ended 6 h ago by ana/).waitFor();
    expect(await page.getByRole('button', { name: /^Expire/ }).count()).toBe(0);
  });

  it('are for responders to make and to end; a viewer reads them', async () => {
    const world = sampleWorld();
    world.silences.push(sampleSilence({ id: 'later', state: 'pending', startsAt: ahead(30) }));
    const { page } = await open({ world, as: 'vic', path: '/silences' });
    await page.getByText('To come').waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  });
});

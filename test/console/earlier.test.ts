// What earlier incidents say: beside an incident, and as an order of the list.

import { describe, expect, it } from 'vitest';
import { browserMissing } from './support/browser.ts';
import { busyId, sampleWorld } from './support/sample-world.ts';
import { ago, sampleIncident, sampleLearnt } from './support/samples.ts';
import { useConsole } from './support/use-console.ts';

describe.skipIf(browserMissing)(`What earlier incidents say ${browserMissing ?? ''}`, () => {
  const { open } = useConsole();

  it('stands beside an incident: how likely it is a false alarm, why, and those like it with what worked', async () => {
    const { page } = await open({ world: sampleWorld(), path: `/incidents/${busyId}` });
    const earlier = page.getByRole('region', { name: 'Earlier incidents' });
    await earlier.getByText('likely a false alarm: 83 %').waitFor();
    const said = await earlier.textContent();
    for (const text of [
      'by model 3fa2c1d0e9b8; it decides nothing',
      '14 of 16 earlier incidents of rule brute-force on service bastion were false alarms',
      'ask Many failed SSH logins on bastion-2, as they took 5 of the last 5',
      'dismissed as false positive, playbook brute-force; what worked: Many failed SSH logins on bastion-2',
      'rule brute-force; about the same: host Many failed SSH logins on bastion-2',
    ]) {
      expect(said).toContain(text);
    }
    await earlier.getByRole('link', { name: 'Many failed SSH logins on bastion-2' }).click();
    await page.getByRole('heading', { name: 'Port scan from the scanner', level: 1 }).waitFor();
  });

  it('is nothing where nothing is known', async () => {
    const { page } = await open({ world: sampleWorld(), path: '/incidents/low-incident' });
    const earlier = page.getByRole('region', { name: 'Earlier incidents' });
    await earlier.getByText('None is like this one.').waitFor();
    expect(await earlier.textContent()).not.toContain('false alarm');
  });

  it('is read again when the incident changes', async () => {
    const { page, world, server } = await open({ world: sampleWorld(), path: '/incidents/low-incident' });
    await page.getByText('Live', { exact: true }).waitFor();
    world.learnt.set('low-incident', sampleLearnt(0.31));
    server.emit('low-incident');
    await page.getByText('perhaps a false alarm: 31 %').waitFor();
  });

  it('orders the list: likely real first, kept in the address, with nothing left out', async () => {
    const { page } = await open({ world: sampleWorld() });
    const titles = page.locator('a.row-link');
    const newest = await titles.allTextContents();
    await page.getByLabel('Order').selectOption('likely');
    const ranked = [
      ...newest.filter((title) => !/Certificate|SSH/.test(title)),
      ...newest.filter((title) => /Certificate/.test(title)),
      ...newest.filter((title) => /SSH/.test(title)),
    ];
    await expect.poll(() => titles.allTextContents()).toEqual(ranked);
    expect(new URL(page.url()).searchParams.get('sort')).toBe('likely');
    await page.reload();
    await expect.poll(() => titles.allTextContents()).toEqual(ranked);
    const row = page.getByRole('row', { name: /Many failed SSH logins/ });
    expect(await row.textContent()).toContain('likely a false alarm: 83 %');
    await page.getByLabel('Order').selectOption('newest');
    await expect.poll(() => titles.allTextContents()).toEqual(newest);
  });

  it('marks what is new also where the newest is not the first', async () => {
    const { page, world, server } = await open({ world: sampleWorld(), path: '/?sort=likely' });
    await page.getByText('Live', { exact: true }).waitFor();
    world.add(sampleIncident({ id: 'fresh', title: 'Disk full on db-1', openedAt: ago(0), falseAlarmChance: 0.5 }));
    server.emit('fresh');
    await page.getByRole('status').filter({ hasText: '1 new incident' }).waitFor();
  });
});

// The list of incidents.

import { describe, expect, it } from 'vitest';
import { browserMissing } from './support/browser.ts';
import { sampleWorld } from './support/sample-world.ts';
import { ago, sampleIncident } from './support/samples.ts';
import { soon } from './support/soon.ts';
import { useConsole } from './support/use-console.ts';
import { World } from './support/world.ts';

describe.skipIf(browserMissing)(`The list of incidents ${browserMissing ?? ''}`, () => {
  const { open } = useConsole();

  it('shows of each incident how bad it is, how far, what, where, how many alerts and who has it', async () => {
    const { page } = await open({ world: sampleWorld() });
    const row = page.getByRole('row', { name: /Checkout answers 5xx/ });
    for (const text of ['Medium', 'Recovery', 'checkout', '12', '3 firing', '1 h ago', 'noor']) {
      expect(await row.textContent()).toContain(text);
    }
    expect(await row.locator('.cell-age time').getAttribute('title')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    expect(await page.getByRole('row', { name: /Port scan/ }).count()).toBe(0);
    expect(await page.getByRole('row', { name: /Access key used/ }).textContent()).toContain('drill simulated');
    expect(await row.textContent()).not.toContain('simulated');
  });

  it('shows a new incident within a second of its event, and tells screen readers', async () => {
    const { page, world, server } = await open({ world: sampleWorld() });
    await soon(1_000, async (n) => {
      world.add(sampleIncident({ id: `fresh-${n}`, title: `Disk full on db-${n}`, openedAt: ago(0) }));
      server.emit(`fresh-${n}`);
      await page.getByRole('link', { name: `Disk full on db-${n}` }).waitFor();
    });
    await page.getByRole('status').filter({ hasText: '1 new incident' }).waitFor();
  });

  it('shows the last change of a storm of events', async () => {
    const { page, world, server } = await open({ world: sampleWorld() });
    const incident = world.incident('low-incident');
    for (let count = 1; count <= 300; count += 1) {
      if (incident) incident.alertCount = count;
      server.emit('low-incident');
    }
    await page
      .getByRole('row', { name: /Certificate of intranet/ })
      .getByText('300')
      .waitFor();
  });

  it('says that it reconnects when the server goes away, and catches up afterwards', async () => {
    const { page, world, server } = await open({ world: sampleWorld() });
    server.setDown(true);
    server.dropLive();
    await page.getByText('Reconnecting…').waitFor();
    world.add(sampleIncident({ id: 'missed', title: 'Missed while away', openedAt: ago(0) }));
    server.setDown(false);
    await page.getByRole('link', { name: 'Missed while away' }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('holds no connection open while nobody looks, and catches up when someone does', async () => {
    const { page, world, server } = await open({ world: sampleWorld() });
    const look = (state: 'hidden' | 'visible') =>
      page.evaluate(
        `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
         document.dispatchEvent(new Event('visibilitychange'));`,
      );
    await look('hidden');
    await expect.poll(() => server.listening()).toBe(0);
    world.add(sampleIncident({ id: 'unseen', title: 'Came while nobody looked', openedAt: ago(0) }));
    await look('visible');
    await page.getByRole('link', { name: 'Came while nobody looked' }).waitFor();
    expect(server.listening()).toBe(1);
  });

  it('filters by severity, status and words, and keeps the filter in the address', async () => {
    const { page } = await open({ world: sampleWorld() });
    const titles = page.locator('a.row-link');
    await page.getByText('Critical', { exact: true }).first().click();
    await expect.poll(() => titles.allTextContents()).toEqual(['Access key used from two continents']);
    await page.getByText('Critical', { exact: true }).first().click();
    await page.getByLabel('Status').selectOption('closed');
    await expect.poll(() => titles.allTextContents()).toEqual(['Port scan from the scanner of the auditors']);
    await page.getByLabel('Status').selectOption('');
    await page.getByText('All', { exact: true }).click();
    await page.getByLabel('Search').fill('SSH');
    await expect.poll(() => titles.allTextContents()).toEqual(['Many failed SSH logins on bastion-1']);
    await page.reload();
    await expect.poll(() => titles.allTextContents()).toEqual(['Many failed SSH logins on bastion-1']);
  });

  it('shows priority and the clock that ends next, and sorts by priority on request', async () => {
    const world = new World();
    const given = { times: { ...sampleIncident({ id: 'x' }).times, acknowledgedAt: ago(50) } };
    world.add(sampleIncident({ id: 'fresh', title: 'Fresh', openedAt: ago(5), priority: 3 }));
    world.add(sampleIncident({ id: 'forgotten', title: 'Forgotten', openedAt: ago(75), priority: 1 }));
    world.add(sampleIncident({ id: 'handled', title: 'Handled', openedAt: ago(95), priority: 2, ...given }));
    const { page } = await open({ world });
    const text = (name: string) => page.getByRole('row', { name: new RegExp(name) }).textContent();
    expect(await text('Fresh')).toMatch(/P3.*acknowledge in 5\d min/);
    expect(await text('Forgotten')).toMatch(/P1.*acknowledge: 1\d min late/);
    expect(await text('Handled')).toMatch(/P2.*recover in 2 h 2\d min/);
    const titles = page.locator('a.row-link');
    expect(await titles.allTextContents()).toEqual(['Fresh', 'Forgotten', 'Handled']);
    await page.getByLabel('Order').selectOption('Priority first');
    await expect.poll(() => titles.allTextContents()).toEqual(['Forgotten', 'Handled', 'Fresh']);
    await page.reload();
    await expect.poll(() => titles.allTextContents()).toEqual(['Forgotten', 'Handled', 'Fresh']);
  });

  it('pages by cursor', async () => {
    const world = new World();
    for (let n = 0; n < 120; n += 1)
      world.add(sampleIncident({ id: `i-${n}`, title: `Number ${n}`, openedAt: ago(n + 1) }));
    const { page } = await open({ world });
    await page.locator('a.row-link').nth(49).waitFor();
    await page.getByRole('button', { name: 'Show older incidents' }).click();
    await page.locator('a.row-link').nth(99).waitFor();
    await page.getByRole('button', { name: 'Show older incidents' }).click();
    await page.getByRole('link', { name: 'Number 119' }).waitFor();
    expect(await page.locator('a.row-link').count()).toBe(120);
    expect(await page.getByRole('button', { name: 'Show older incidents' }).count()).toBe(0);
  });

  it('goes through the rows and into an incident by keyboard alone', async () => {
    const { page } = await open({ world: sampleWorld() });
    await page.getByRole('link', { name: 'Access key used' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect(await page.locator(':focus').textContent()).toBe('Many failed SSH logins on bastion-1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Many failed SSH logins', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/incidents/busy-incident');
  });

  it('tells on an empty install how to send a first alert', async () => {
    const { page } = await open({ path: '/?show=all' });
    await page.getByText('npx firebreak send brute-force').waitFor();
    await page.getByRole('heading', { name: 'There has been no incident yet' }).waitFor();
  });

  it('counts in the navigation what waits for approval, and marks the incidents that wait', async () => {
    const { page } = await open({ world: sampleWorld() });
    await page.getByRole('link', { name: 'Approvals 2 waiting' }).waitFor();
    await page
      .getByRole('row', { name: /Many failed SSH logins/ })
      .getByText('waits for approval')
      .waitFor();
    expect(await page.getByRole('row', { name: /Checkout/ }).textContent()).not.toContain('waits for approval');
  });
});

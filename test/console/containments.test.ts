// What is held: lifting and extending it.

import { describe, expect, it } from 'vitest';
import { browserMissing } from './support/browser.ts';
import { busyId, sampleWorld } from './support/sample-world.ts';
import { useConsole } from './support/use-console.ts';

const title = 'Block 198.51.100.20 at the edge firewall';

describe.skipIf(browserMissing)(`Containments in the console ${browserMissing ?? ''}`, () => {
  const { open } = useConsole();

  it('shows what is held, whether it is real, and for how long', async () => {
    const { page } = await open({ world: sampleWorld(), path: '/containments' });
    const row = await page.getByRole('listitem').filter({ hasText: title }).textContent();
    for (const text of ['Held', 'LIVE', 'block_ip on edge-1', '3 h 50 min']) expect(row).toContain(text);
    const simulated = await page.getByRole('listitem').filter({ hasText: 'Isolate host web-3' }).textContent();
    expect(simulated).toContain('simulated');
  });

  it('lifts after naming the target', async () => {
    const { page, world } = await open({ world: sampleWorld(), path: '/containments' });
    await page.getByRole('button', { name: `Lift ${title}` }).click();
    await page.getByLabel('Reason').fill('The customer is back');
    await page.getByRole('button', { name: 'Lift from edge-1' }).click();
    await page.getByRole('listitem').filter({ hasText: title }).waitFor({ state: 'detached' });
    expect(world.received.map(({ path, body }) => ({ path, body }))).toEqual([
      { path: '/api/containments/held-containment/lift', body: { reason: 'The customer is back' } },
    ]);
    await page.getByText('Ended', { exact: true }).click();
    await page.getByRole('listitem').filter({ hasText: title }).getByText('Lifted').waitFor();
  });

  it('extends, and shows until when it will be held', async () => {
    const { page, world } = await open({ world: sampleWorld(), path: `/incidents/${busyId}` });
    const before = world.incident(busyId)?.containments[0]?.expiresAt ?? '';
    await page.getByRole('button', { name: `Extend ${title}` }).click();
    await page.getByLabel('How much longer').selectOption('4 hours');
    const until = new Date(Date.parse(before) + 4 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
    await page.getByRole('dialog').getByText(`${until} UTC`).waitFor();
    await page.getByRole('button', { name: 'Extend', exact: true }).click();
    await page.getByText('7 h 50 min').waitFor();
    expect(world.received[0]?.body).toEqual({ byMs: 4 * 3_600_000 });
  });

  it('warns of what could not be undone, at the top of the incident too', async () => {
    const { page } = await open({ world: sampleWorld(), path: `/incidents/${busyId}` });
    const needs = page.getByRole('region', { name: /Waits for a person/ });
    await needs.getByText('It could not be undone and may still be in place.').waitFor();
  });
});

// The audit log in the console.

import { describe, expect, it } from 'vitest';
import { browserMissing } from './support/browser.ts';
import { busyId, sampleWorld } from './support/sample-world.ts';
import { ago, sampleEntry, sampleIncident } from './support/samples.ts';
import { useConsole } from './support/use-console.ts';
import { World } from './support/world.ts';

describe.skipIf(browserMissing)(`The audit page ${browserMissing ?? ''}`, () => {
  const { open } = useConsole();

  it('shows entries newest first, with the hashed text and the hashes on request', async () => {
    const { page, world } = await open({ world: sampleWorld(), path: '/audit' });
    const entry = world.audit().find(({ seq }) => seq === 9);
    const row = page.getByRole('row').filter({ hasText: 'noted' });
    await row.getByText('noted').click();
    await row.getByText(entry?.hash ?? '').waitFor();
    expect(await row.textContent()).toContain(entry?.body ?? '');
    expect(await page.getByRole('row').nth(1).textContent()).toMatch(/^40/);
  });

  it('goes on page by page', async () => {
    const world = new World();
    const entries = Array.from({ length: 250 }, (_, n) => sampleEntry(n + 1, { at: ago(1), kind: `kind_${n + 1}` }));
    world.add(sampleIncident({ id: 'long' }), entries);
    const { page } = await open({ world, path: '/audit' });
    await page.getByText('kind_250', { exact: true }).waitFor();
    for (const last of ['kind_51', 'kind_1']) {
      await page.getByRole('button', { name: 'Show older entries' }).click();
      await page.getByText(last, { exact: true }).waitFor();
    }
  });

  it('is reached from an entry of a timeline', async () => {
    const { page } = await open({ world: sampleWorld(), path: `/incidents/${busyId}` });
    await page.getByLabel('Data').check();
    await page.getByRole('link', { name: 'audit entry 5' }).click();
    await page.getByRole('heading', { name: 'Audit log' }).waitFor();
    await expect.poll(() => page.getByRole('row').nth(1).textContent()).toMatch(/^5/);
  });

  it('says how to verify the log without trusting this page, and shows the checkpoints', async () => {
    const { page } = await open({ world: sampleWorld(), path: '/audit' });
    expect(await page.getByRole('region', { name: 'Verify' }).textContent()).toContain('npx firebreak audit verify');
    const checkpoints = page.getByRole('region', { name: 'Checkpoints' }).getByRole('listitem');
    await expect.poll(() => checkpoints.first().textContent()).toContain('37 entries, 3 min ago');
  });
});

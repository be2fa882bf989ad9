// The console on a phone at night.

import { describe, expect, it } from 'vitest';
import { browserMissing, phone } from './support/browser.ts';
import { busyId, sampleWorld } from './support/sample-world.ts';
import { useConsole } from './support/use-console.ts';

/** Smallest target for a thumb, in CSS pixels. */
const thumb = 44;

describe.skipIf(browserMissing)(`The console on a phone ${browserMissing ?? ''}`, () => {
  const { open } = useConsole();
  const openIncident = () => open({ world: sampleWorld(), path: `/incidents/${busyId}`, viewport: phone });

  it.each(['/', `/incidents/${busyId}`, '/approvals', '/containments', '/suppressed', '/silences', '/audit'])(
    'shows %s without scrolling sideways',
    async (path) => {
      const { page } = await open({ world: sampleWorld(), path, viewport: phone });
      await page
        .getByText(/^Reading/)
        .first()
        .waitFor({ state: 'detached' });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(phone.width);
    },
  );

  it('has the approval of an incident in reach of a thumb as soon as the page is there', async () => {
    const { page, world } = await openIncident();
    const approve = page.getByRole('button', { name: /^Approve:/ });
    await approve.waitFor();
    const box = await approve.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(thumb);
    expect(box?.y).toBeGreaterThan(phone.height / 2);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(phone.height);
    await approve.tap();
    const confirm = page.getByRole('button', { name: 'Approve for edge-1' });
    const confirmBox = await confirm.boundingBox();
    expect(confirmBox?.y).toBeGreaterThan(phone.height / 2);
    await confirm.tap();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(world.received).toHaveLength(1);
  });

  it('never shows the buttons of a decision before its title', async () => {
    const { page } = await openIncident();
    const title = page.getByRole('heading', { name: /Did this happen/ });
    const buttons = page.getByRole('button', { name: 'It happened…' });
    for (let y = 0; y < 1_200; y += 40) {
      await page.evaluate(`scrollTo(0, ${y})`);
      const [titleBox, buttonBox] = await Promise.all([title.boundingBox(), buttons.boundingBox()]);
      expect(buttonBox?.y).toBeGreaterThan((titleBox?.y ?? 0) + (titleBox?.height ?? 0) - 1);
    }
  });

  it('leads back to what waits from anywhere on the page', async () => {
    const { page } = await openIncident();
    await page.getByRole('heading', { name: 'Timeline' }).scrollIntoViewIfNeeded();
    await page.getByRole('link', { name: /4 waiting/ }).tap();
    await expect
      .poll(async () => (await page.getByRole('heading', { name: /Waits for a person/ }).boundingBox())?.y)
      .toBeLessThan(200);
  });

  it('has every button as large as a thumb', async () => {
    const { page } = await openIncident();
    const heights = await page
      .getByRole('main')
      .getByRole('button')
      .evaluateAll((all: { offsetHeight: number }[]) => all.map(({ offsetHeight }) => offsetHeight));
    expect(Math.min(...heights.filter((height) => height > 0))).toBeGreaterThanOrEqual(thumb);
  });
});

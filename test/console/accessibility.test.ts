// Every page in both themes, one of them on a phone, through axe.

import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import { browserMissing, desk, phone } from './support/browser.ts';
import { busyId, sampleWorld } from './support/sample-world.ts';
import { useConsole } from './support/use-console.ts';

const places = [
  ['the login page', '/login', null],
  ['the list', '/?show=all', 'ana'],
  ['an incident', `/incidents/${busyId}`, 'ana'],
  ['a closed incident', '/incidents/closed-incident', 'vic'],
  ['the approvals', '/approvals', 'ana'],
  ['the containments', '/containments', 'ana'],
  ['the suppressed alerts', '/suppressed', 'ana'],
  ['why an alert is none', '/explain/quiet-disk', 'ana'],
  ['the silences', '/silences', 'ana'],
  ['a silence', '/silences/disks', 'ana'],
  ['the rules', '/suppressed/rules?rule=inhibited/node-down', 'ana'],
  ['the audit log', '/audit', 'ana'],
  ['an empty list', '/?q=nothing-at-all', 'ana'],
] as const;

describe.skipIf(browserMissing)(`The console for everyone ${browserMissing ?? ''}`, () => {
  const { open } = useConsole();

  const violations = async (page: Awaited<ReturnType<typeof open>>['page']) => {
    const { violations: found } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      // There are no frames to go into, for which axe would open another page.
      .setLegacyMode()
      .analyze();
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  };

  describe.each([
    ['light', desk],
    ['dark', phone],
  ] as const)('in the %s theme', (colorScheme, viewport) => {
    it.each(places)('has no serious violations on %s', async (_name, path, as) => {
      const { page } = await open({ world: sampleWorld(), as, path, colorScheme, viewport });
      await page
        .getByText(/^Reading/)
        .first()
        .waitFor({ state: 'detached' });
      await page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true");
      expect(await violations(page)).toEqual([]);
    });

    it('has no serious violations in a dialog', async () => {
      const { page } = await open({ world: sampleWorld(), path: `/incidents/${busyId}`, colorScheme, viewport });
      await page.getByRole('button', { name: /^Approve:/ }).click();
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
    });
  });

  it('decides by keyboard alone, and gives the focus back', async () => {
    const { page, world } = await open({ world: sampleWorld(), path: `/incidents/${busyId}` });
    await page.getByRole('button', { name: /^Reject:/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => page.locator(':focus').getAttribute('aria-label')).toMatch(/^Reject:/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Reject', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(world.received).toHaveLength(1);
  });
});

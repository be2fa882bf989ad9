// The console against the gateway itself, over a real Postgres: what the tests' own server says must be what is so.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptAlerts } from '../../src/store/inbox.ts';
import { startTestGateway, type TestGateway } from '../gateway/api/gateway.ts';
import { seedApproval, seedContainment, seedIncident } from '../gateway/api/seed.ts';
import { alertLike, requestOf } from '../support/alerts.ts';
import { browserMissing, desk, launchBrowser, patienceMs } from './support/browser.ts';
import { builtConsole } from './support/build.ts';
import { soon } from './support/soon.ts';

describe.skipIf(browserMissing)(`The console and the gateway ${browserMissing ?? ''}`, () => {
  let gateway: TestGateway;
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  const problems: string[] = [];

  beforeAll(async () => {
    gateway = await startTestGateway({ consoleDir: await builtConsole() });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    expect(problems).toEqual([]);
  });

  async function signIn(role: 'viewer' | 'responder', path: string): Promise<Page> {
    const context = await browser.newContext({ viewport: desk });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load')) problems.push(message.text());
    });
    await page.goto(gateway.url + path);
    await page.getByLabel('API key').fill(gateway.keys[role]);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    return page;
  }

  it('shows a new incident within a second of its commit', async () => {
    const page = await signIn('viewer', '/');
    await page.getByText('Live', { exact: true }).waitFor();
    await soon(1_000, async (n) => {
      await seedIncident(gateway.store, { title: `Disk full on db-${n}`, severity: 'critical' });
      await page.getByRole('row', { name: new RegExp(`Critical.*Disk full on db-${n}`) }).waitFor();
    });
    await page.context().close();
  });

  it('approves exactly what it shows, and the decision is stored', async () => {
    const incidentId = await seedIncident(gateway.store, { title: 'Many failed logins' });
    const { approvalId, digest } = await seedApproval(gateway.store, incidentId);
    const page = await signIn('responder', `/incidents/${incidentId}`);
    await page.getByRole('button', { name: 'Approve: Block 203.0.113.7' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('Seen in the flow logs');
    await page.getByRole('button', { name: 'Approve for ip:203.0.113.7' }).click();
    await page.locator('.messages').getByText('Approved: Block 203.0.113.7.').waitFor();
    const { json } = await gateway.call(`/api/approvals/${approvalId}`);
    expect(json.decisions).toMatchObject([{ actor: 'key:the-responder', reason: 'Seen in the flow logs' }]);
    expect(json.digest).toBe(digest);
    await page.context().close();
  });

  it('hands over commands, and shows on the timeline who asked', async () => {
    const incidentId = await seedIncident(gateway.store, { title: 'Checkout is slow' });
    const page = await signIn('responder', `/incidents/${incidentId}`);
    await page.getByLabel('Add a note').fill('Looking at the flow logs');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByRole('region', { name: 'Timeline' }).getByText('Looking at the flow logs').waitFor();
    await page.getByRole('region', { name: 'Timeline' }).getByText('the-responder').first().waitFor();
    await page.context().close();
  });

  it('silences, shows what is kept back as it comes, and ends the silence', async () => {
    const page = await signIn('responder', '/silences');
    await page.getByRole('button', { name: 'Silence alerts…' }).click();
    await page.getByLabel('Alerts that match all of these').fill('alertname="DiskFull"');
    await page.getByLabel('Reason').fill('Moving the disks');
    await page.getByRole('button', { name: 'Silence', exact: true }).click();
    await page.getByRole('link', { name: 'Moving the disks' }).waitFor();
    await page.getByRole('link', { name: 'Alerts', exact: true }).click();
    await page.getByRole('heading', { name: 'Every alert belongs to an incident' }).waitFor();
    const alert = alertLike({ title: 'Disk of db-1 is full', labels: { alertname: 'DiskFull' } });
    await acceptAlerts(gateway.store, [requestOf([alert], { receivedAtMs: Date.now() })]);
    await page.getByRole('link', { name: 'Disk of db-1 is full' }).click();
    await page.getByRole('heading', { name: 'Why is it no incident?' }).waitFor();
    const kept = page.getByRole('region', { name: 'What keeps it back' });
    await kept.getByRole('button', { name: /^Expire/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Expire' }).click();
    await kept.getByText('by the-responder').waitFor();
    await page.getByRole('link', { name: 'Rules of the plan' }).click();
    await page.getByRole('list', { name: 'Rules' }).getByText('comes-and-goes').waitFor();
    await page.context().close();
  });

  it.each([
    ['/approvals', 'Block 203.0.113.7'],
    ['/containments', 'Block 203.0.113.7'],
    ['/audit', 'approval_requested'],
  ])('reads %s as the gateway gives it', async (path, expected) => {
    const incidentId = await seedIncident(gateway.store, { title: `For ${path}` });
    await Promise.all([seedApproval(gateway.store, incidentId), seedContainment(gateway.store, incidentId)]);
    const page = await signIn('viewer', path);
    await page.getByRole('main').getByText(expected).first().waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.context().close();
  });
});

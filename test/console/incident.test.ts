// One incident: what is shown, and what people can ask of it.

import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/contract/api/index.ts';
import { browserMissing } from './support/browser.ts';
import { finishCommands } from './support/routes-command.ts';
import { busyId, sampleWorld } from './support/sample-world.ts';
import { ago, sampleAlert, sampleIncident } from './support/samples.ts';
import { useConsole } from './support/use-console.ts';
import { World } from './support/world.ts';

const path = `/incidents/${busyId}`;

describe.skipIf(browserMissing)(`The page of an incident ${browserMissing ?? ''}`, () => {
  const { open } = useConsole();
  const openBusy = (as: 'ana' | 'vic' = 'ana') => open({ world: sampleWorld(), as, path });

  it('comes up by its address and survives a reload', async () => {
    const { page } = await openBusy();
    await page.reload();
    await page.getByRole('heading', { name: 'Many failed SSH logins on bastion-1', level: 1 }).waitFor();
    await expect.poll(() => page.title()).toBe('(4) Many failed SSH logins on bastion-1 · Firebreak');
    expect(await page.locator('[aria-current="step"]').textContent()).toBe('Containment');
  });

  it('puts what waits for a person before everything else', async () => {
    const { page } = await openBusy();
    const needs = page.getByRole('region', { name: /Waits for a person/ });
    const waiting = await needs
      .getByRole('article')
      .evaluateAll((all: { ariaLabel: string }[]) => all.map((each) => each.ariaLabel));
    expect(waiting).toEqual([
      'Approval: Block 203.0.113.7 at the edge firewall',
      'Did this happen: End sessions of root on bastion-1',
      'Suggested: Rotate the host keys of bastion-1',
    ]);
    const firstStep = await page.getByRole('region', { name: 'Steps' }).boundingBox();
    const lastNeed = await needs.boundingBox();
    expect(lastNeed?.y ?? 0).toBeLessThan(firstStep?.y ?? 0);
  });

  it('says above all else that it stands still, and where an engineer sees why', async () => {
    const world = new World();
    const stuck = { since: ago(3), problem: 'failing', cause: 'NonDeterminismError' } as const;
    world.add(sampleIncident({ id: 'still', title: 'Disk full on db-1', stuck }));
    const { page } = await open({ world, path: '/incidents/still' });
    const note = page.getByText('It stands still').locator('..').locator('..');
    await note.waitFor();
    expect(await note.textContent()).toContain('its workflow fails at the same place again and again');
    expect(await page.getByRole('link', { name: 'its history in Temporal' }).getAttribute('href')).toContain('http');
    await page.goto(new URL('/', page.url()).href);
    const row = page.getByRole('row', { name: /Disk full on db-1/ });
    await row.getByText('stands still').waitFor();
  });

  it('says why, by what plan, and links to runbook, report and workflow', async () => {
    const { page } = await open({ world: sampleWorld(), path: '/incidents/closed-incident' });
    const why = page.getByRole('region', { name: 'Why' });
    expect(await why.textContent()).toContain('severity high: rule brute-force');
    for (const name of ['Runbook: Brute force against SSH', 'Report', 'Workflow in Temporal UI']) {
      const link = why.getByRole('link', { name });
      expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    }
  });

  it('shows the clocks of the SLA beside the times', async () => {
    const world = new World();
    const { times } = sampleIncident({ id: 'x', openedAt: ago(70) });
    const acknowledged = { ...times, acknowledgedAt: ago(5) };
    world.add(sampleIncident({ id: 'late', openedAt: ago(70), times: acknowledged }), []);
    const { page } = await open({ world, path: '/incidents/late' });
    const shown = await page.getByRole('region', { name: 'Times' }).textContent();
    expect(shown).toMatch(/Acknowledged.*5 min late.*Resolved.*due in 2 h 4\d min/);
    expect(await page.locator('.incident-head').textContent()).toMatch(/Priority P2.*recover in 2 h 4\d min/);
  });

  it('explains in full when asked, with all text as text', async () => {
    const { page } = await open({ world: sampleWorld(), path: '/incidents/closed-incident' });
    const why = page.getByRole('region', { name: 'Why' });
    expect(await why.getByRole('heading', { name: 'Why is there this incident?' }).count()).toBe(0);
    await why.getByText('Explain in full').click();
    await why.getByRole('heading', { name: 'Why is there this incident?' }).waitFor();
    expect(await why.textContent()).toContain('It is about <b>');
  });

  it('shows the runbook of its playbook as it is written', async () => {
    const { page } = await openBusy();
    const runbook = page.getByRole('region', { name: 'Runbook' });
    expect(await runbook.textContent()).toContain(
      '1. Look for a success among the failures.\n2. <b>End</b> its sessions.',
    );
  });

  it('puts a question to those who may answer, by its type', async () => {
    const question = (stepId: string, type: Question['type'], choices: string[] = []): Question => ({
      ...{ stepId, question: `What is ${stepId}?`, type, choices, otherwise: null, roles: ['responder'] },
      ...{ expiresAt: new Date(Date.now() + 3_600_000).toISOString(), status: 'open', answer: null },
    });
    const world = new World();
    const questions = [question('ours', 'yes_no'), question('many', 'number'), question('way', 'choice', ['a', 'b'])];
    world.add(sampleIncident({ id: 'asking', questions }), []);
    const { page } = await open({ world, as: 'ana', path: '/incidents/asking' });
    const card = (stepId: string) => page.getByRole('article', { name: `Question: What is ${stepId}?` });
    await card('ours').getByRole('button', { name: 'No' }).click();
    await card('many').getByRole('textbox').fill('12');
    await card('many').getByRole('button', { name: 'Answer' }).click();
    await card('way').getByRole('combobox').selectOption('b');
    await card('way').getByRole('button', { name: 'Answer' }).click();
    await expect.poll(() => world.received.length).toBe(3);
    expect(world.received.map(({ body }) => body)).toEqual([
      { type: 'answer', stepId: 'ours', value: false },
      { type: 'answer', stepId: 'many', value: 12 },
      { type: 'answer', stepId: 'way', value: 'b' },
    ]);
  });

  it('acknowledges, and shows it only when the server has done it', async () => {
    const { page, world } = await openBusy();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByRole('button', { name: 'Acknowledge' }).waitFor({ state: 'detached' });
    const [request] = world.received;
    expect(request?.body).toEqual({ type: 'acknowledge' });
    expect(request?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/);
    await page.getByRole('region', { name: 'Timeline' }).getByText('Acknowledged').waitFor();
  });

  it('follows a command that is only stored until it is done', async () => {
    const { page, world, server } = await openBusy();
    world.commandAnswer = 'pending';
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('Stored, not done yet').waitFor();
    expect(await page.getByRole('button', { name: 'Acknowledge' }).isVisible()).toBe(true);
    const incident = world.incident(busyId);
    if (incident) incident.times.acknowledgedAt = new Date().toISOString();
    finishCommands({ status: 'done', refusal: null });
    server.emit(busyId);
    await page.locator('.messages').getByText('Acknowledged.', { exact: true }).waitFor();
    expect(await page.getByText('Stored, not done yet').count()).toBe(0);
  });

  it('shows a refusal in the words of the server, and keeps what was typed', async () => {
    const { page, world } = await openBusy();
    world.commandAnswer = { status: 409, code: 'incident_ended', detail: 'The incident is closed; reopen it first' };
    await page.getByLabel('Add a note').fill('Looking at the flow logs');
    await page.getByRole('button', { name: 'Add note' }).click();
    const refusal = page.getByRole('alert');
    expect(await refusal.textContent()).toContain('The incident is closed; reopen it first');
    expect(await page.getByLabel('Add a note').inputValue()).toBe('Looking at the flow logs');
  });

  it('asks again under the same key after a failure, which may have come after it was done; under another after a refusal', async () => {
    const { page, world } = await openBusy();
    const send = async (status: number) => {
      world.commandAnswer = { status, code: 'told', detail: `Told ${status}` };
      await page.getByRole('button', { name: 'Add note' }).click();
      await page
        .getByRole('alert')
        .filter({ hasText: `Told ${status}` })
        .waitFor();
      return world.received.at(-1)?.headers['idempotency-key'];
    };
    await page.getByLabel('Add a note').fill('Looking at the flow logs');
    const first = await send(503);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(await send(409)).toBe(first);
    expect(await send(500)).not.toBe(first);
  });

  it('adds a note to the timeline', async () => {
    const { page } = await openBusy();
    await page.getByLabel('Add a note').fill('Looking at the flow logs');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByRole('region', { name: 'Timeline' }).getByText('Looking at the flow logs').waitFor();
    await expect.poll(() => page.getByLabel('Add a note').inputValue()).toBe('');
  });

  it.each([
    ['Assign…', 'Assign to me', { type: 'assign', to: 'ana' }],
    ['Resolve…', 'Resolve', { type: 'resolve' }],
    ['Dismiss…', 'Dismiss', { type: 'dismiss', disposition: 'false_positive' }],
  ])('asks in a dialog before it does %s', async (button, confirm, body) => {
    const { page, world } = await openBusy();
    await page.getByRole('button', { name: button }).click();
    const dialog = page.getByRole('dialog');
    expect(world.received).toEqual([]);
    await dialog.getByRole('button', { name: confirm, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(world.received.map((request) => request.body)).toEqual([body]);
  });

  it('changes the severity with a reason', async () => {
    const { page, world } = await openBusy();
    await page.getByRole('button', { name: 'Severity…' }).click();
    await page.getByLabel('Severity').last().selectOption('critical');
    await page.getByLabel('Reason').fill('Root was reached');
    await page.getByRole('button', { name: 'Set to critical' }).click();
    await page.locator('.incident-head').getByText('Critical').waitFor();
    expect(world.received[0]?.body).toEqual({ type: 'severity', severity: 'critical', reason: 'Root was reached' });
  });

  it('lets a person say whether a step of unknown outcome happened', async () => {
    const { page, world } = await openBusy();
    await page.getByRole('button', { name: 'It did not…' }).click();
    await page.getByLabel('How do you know?').fill('The sessions are still there');
    await page.getByRole('button', { name: 'Record that it did not' }).click();
    await page.getByRole('article', { name: /Did this happen/ }).waitFor({ state: 'detached' });
    expect(world.received[0]?.body).toEqual({
      type: 'settle',
      stepId: 'kill',
      happened: false,
      reason: 'The sessions are still there',
    });
  });

  it('starts a suggested step once, and suggests it no longer', async () => {
    const { page, world } = await openBusy();
    await page.getByRole('button', { name: 'Start: Rotate the host keys of bastion-1' }).dblclick();
    await page.getByRole('article', { name: /Suggested/ }).waitFor({ state: 'detached' });
    expect(world.received.map(({ body }) => body)).toEqual([{ type: 'start_step', stepId: 'rotate' }]);
  });

  it('offers a viewer nothing that changes anything', async () => {
    const { page } = await openBusy('vic');
    await page.getByRole('article', { name: /Approval/ }).waitFor();
    expect(await page.getByRole('main').getByRole('button').allTextContents()).toEqual([]);
    expect(await page.getByRole('textbox').count()).toBe(0);
  });

  it('offers to reopen an incident that has ended, and nothing else', async () => {
    const { page } = await open({ world: sampleWorld(), path: '/incidents/closed-incident' });
    const buttons = page.getByRole('group', { name: 'What to do with the incident' }).getByRole('button');
    expect(await buttons.allTextContents()).toEqual(['Reopen…']);
  });

  it('shows times within a line by the clock of the reader, with UTC behind', async () => {
    const { page } = await openBusy();
    const line = page.locator('.timeline-line').filter({ hasText: 'Waits for approval until' });
    expect(await line.textContent()).toMatch(/until \d\d:\d\d: block 203/);
    expect(await line.locator('time').getAttribute('title')).toMatch(/ UTC$/);
  });

  it('filters the timeline by what people did', async () => {
    const { page } = await openBusy();
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline.getByText('People').click();
    expect(await timeline.locator('.timeline-line').allTextContents()).toEqual([
      'noor Approved: block 203.0.113.7 at edge-1',
      'noor Same range hit us in March, see the report of that incident.',
    ]);
  });

  it('says simulated wherever nothing real is touched', async () => {
    const { page } = await open({ world: sampleWorld(), path: '/incidents/drill-incident' });
    await page.locator('.incident-head').getByText('simulated').waitFor();
    await page
      .getByRole('article', { name: /Approval/ })
      .getByText('Nothing real is touched.')
      .waitFor();
    await page.goto(page.url().replace('drill-incident', busyId));
    const simulated = page.getByRole('listitem').filter({ hasText: 'Isolate host web-3' });
    await simulated.getByText('simulated').first().waitFor();
    await page
      .getByRole('listitem')
      .filter({ hasText: 'bastion-1 still takes logins' })
      .getByText('simulated')
      .first()
      .waitFor();
  });

  it('shows all alerts of a storm, a page at a time', async () => {
    const world = new World();
    const alerts = Array.from({ length: 230 }, (_, n) => sampleAlert({ id: `alert-${n}`, title: `Alert ${n}` }));
    const incident = world.add(sampleIncident({ id: 'storm', alerts }));
    const { page } = await open({ world, path: '/incidents/storm' });
    incident.alerts = alerts;
    const list = page.getByRole('region', { name: /^Alerts/ }).getByRole('listitem');
    await page.getByRole('heading', { name: /^Alerts/ }).waitFor();
    await expect.poll(() => list.filter({ hasText: 'Alert 229' }).count()).toBe(1);
  });

  it('says plainly that an incident does not exist', async () => {
    const { page } = await open({ path: '/incidents/nothing' });
    await page.getByRole('heading', { name: 'There is no incident nothing' }).waitFor();
  });
});

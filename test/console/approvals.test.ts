// Deciding on approvals.

import { describe, expect, it } from 'vitest';
import { browserMissing } from './support/browser.ts';
import { busyId, sampleWorld } from './support/sample-world.ts';
import { ahead, sampleApproval, sampleIncident } from './support/samples.ts';
import { useConsole } from './support/use-console.ts';
import { World } from './support/world.ts';

const incidentPath = `/incidents/${busyId}`;
const liveTitle = 'Block 203.0.113.7 at the edge firewall';

describe.skipIf(browserMissing)(`Deciding in the console ${browserMissing ?? ''}`, () => {
  const { open } = useConsole();

  it('shows exactly what will be done, to what, with what, how long, who asked and until when', async () => {
    const { page } = await open({ world: sampleWorld(), path: incidentPath });
    const card = await page.getByRole('article', { name: `Approval: ${liveTitle}` }).textContent();
    for (const text of [
      'LIVE This changes a real system.',
      'block_ip',
      'edge-1',
      'address 203.0.113.7',
      'set blocked',
      '4 h, then undone',
      'playbook brute-force',
      '1 of 2 (noor)',
    ]) {
      expect(card?.replaceAll(/\s+/g, ' ')).toContain(text);
    }
    expect(card).toMatch(/Expires in1[01] min/);
  });

  it('asks once more before a live action, names the target, and sends the digest that was shown', async () => {
    const { page, world } = await open({ world: sampleWorld(), path: incidentPath });
    const shown = world.incident(busyId)?.approvals[0];
    await page.getByRole('button', { name: `Approve: ${liveTitle}` }).click();
    const dialog = page.getByRole('dialog', { name: 'Approve block_ip on edge-1?' });
    expect(await dialog.textContent()).toContain('LIVE');
    expect(world.received).toEqual([]);
    await dialog.getByLabel('Reason').fill('Seen in the flow logs');
    await dialog.getByRole('button', { name: 'Approve for edge-1' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(world.received.map(({ path, body }) => ({ path, body }))).toEqual([
      {
        path: '/api/approvals/live-approval/decisions',
        body: { decision: 'approve', digest: shown?.digest, reason: 'Seen in the flow logs' },
      },
    ]);
    await page.locator('.messages').getByText(`Approved: ${liveTitle}. It will be done now.`).waitFor();
    await page.getByRole('article', { name: `Approval: ${liveTitle}` }).waitFor({ state: 'detached' });
  });

  it('approves a simulated action at once, and says how many approvals are missing', async () => {
    const world = sampleWorld();
    const approval = world.incident('drill-incident')?.approvals[0];
    if (approval) approval.quorum = 2;
    const { page } = await open({ world, path: '/approvals' });
    await page.getByRole('button', { name: /^Approve: Disable access key/ }).click();
    await page.locator('.messages').getByText('1 of 2 approvals; it waits for 1 more.').waitFor();
    await page.getByText(/You cannot decide on this: You decided approve/).waitFor();
    expect(world.received.map(({ body }) => body)).toEqual([{ decision: 'approve', digest: approval?.digest }]);
  });

  it('rejects with a reason, and lists it as decided', async () => {
    const { page, world } = await open({ world: sampleWorld(), path: '/approvals' });
    await page.getByRole('button', { name: `Reject: ${liveTitle}` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('That is our own scanner');
    await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
    await page.getByRole('row', { name: /Rejected.*That is our own scanner/ }).waitFor();
    expect(world.received[0]?.body).toMatchObject({ decision: 'reject', reason: 'That is our own scanner' });
  });

  it('shows a refusal in the words of the server', async () => {
    const { page, world } = await open({ world: sampleWorld(), path: incidentPath });
    await page.getByRole('button', { name: `Approve: ${liveTitle}` }).click();
    const approval = world.incident(busyId)?.approvals[0];
    if (approval) approval.status = 'cancelled';
    await page.getByRole('button', { name: 'Approve for edge-1' }).click();
    const refusal = await page.getByRole('dialog').getByRole('alert').textContent();
    expect(refusal).toContain('The approval is cancelled; nothing is left to decide');
  });

  it('blocks a dialog whose approval changed while it was read', async () => {
    const { page, world, server } = await open({ world: sampleWorld(), path: incidentPath });
    await page.getByRole('button', { name: `Approve: ${liveTitle}` }).click();
    const incident = world.incident(busyId);
    const changed = sampleApproval({
      id: 'live-approval',
      incidentId: busyId,
      subject: { params: { address: '0.0.0.0/0' } },
    });
    if (incident) incident.approvals = [changed];
    server.emit(busyId);
    await page.getByText('This approval has changed since you opened it.').waitFor();
    expect(await page.getByRole('button', { name: 'Approve for edge-1' }).isDisabled()).toBe(true);
    expect(world.received).toEqual([]);
  });

  it('does not let anyone approve what does not match its digest', async () => {
    const world = sampleWorld();
    const approval = world.incident(busyId)?.approvals[0];
    if (approval) approval.subject = { ...approval.subject, params: { address: '0.0.0.0/0' } };
    const { page } = await open({ world, path: incidentPath });
    await page.getByText('Do not approve this.').waitFor();
    expect(await page.getByRole('button', { name: `Approve: ${liveTitle}` }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: `Reject: ${liveTitle}` }).isEnabled()).toBe(true);
  });

  it('tells the requester that someone else must decide', async () => {
    const world = new World();
    const reason = 'key:ana asked for it; someone else must decide';
    const approval = sampleApproval({
      id: 'own',
      incidentId: 'one',
      requestedBy: 'key:ana',
      you: { mayDecide: false, mayActAlone: false, code: 'approver_is_requester', reason },
    });
    world.add(sampleIncident({ id: 'one', approvals: [approval] }));
    const { page } = await open({ world, path: '/approvals' });
    await page.getByText(reason).waitFor();
    expect(await page.getByRole('button', { name: /^(Approve|Reject)/ }).count()).toBe(0);
  });

  it('stops offering a decision when the time is up', async () => {
    const { page, world, server } = await open({ path: '/approvals' });
    const expiresAt = ahead(60);
    world.add(sampleIncident({ id: 'one', approvals: [sampleApproval({ id: 'late', incidentId: 'one', expiresAt })] }));
    server.emit('one');
    await page.getByRole('button', { name: /^Approve/ }).waitFor();
    server.setClockAhead(61 * 60_000);
    server.emit('one');
    await page.getByText('Too late to decide').waitFor();
    expect(await page.getByRole('button', { name: /^Approve/ }).count()).toBe(0);
  });

  it('lets an administrator break the glass: with a reason, a warning and a second confirmation', async () => {
    const world = new World();
    const approval = sampleApproval({
      ...{ id: 'four-eyes', incidentId: 'one', quorum: 2, roles: ['admin'], breakGlass: true },
      you: { mayDecide: true, mayActAlone: true },
    });
    world.add(sampleIncident({ id: 'one', approvals: [approval] }));
    const { page } = await open({ world, as: 'kim', path: '/approvals' });
    await page.getByText('an administrator may act alone').waitFor();
    await page.getByRole('button', { name: `Break the glass: ${approval.title}` }).click();
    const dialog = page.getByRole('dialog', { name: 'Break the glass for block_ip on edge-1?' });
    const act = dialog.getByRole('button', { name: 'Act alone on edge-1' });
    expect(await dialog.textContent()).toContain('against the rule that asks for 2 approvals');
    expect(await act.isDisabled()).toBe(true);
    await dialog.getByLabel('Why can it not wait for the others?').fill('Nobody answers, and it spreads');
    expect(await act.isDisabled()).toBe(true);
    await dialog.getByLabel('I have read what will be done').check();
    expect(world.received).toEqual([]);
    await act.click();
    await page.getByRole('row', { name: /Approved.*kim alone, break-glass ?: Nobody answers/ }).waitFor();
    expect(world.received.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      {
        ...{ method: 'POST', path: '/api/approvals/four-eyes/decisions' },
        body: { decision: 'break_glass', digest: approval.digest, reason: 'Nobody answers, and it spreads' },
      },
    ]);
  });

  it('offers to break the glass only where an ordinary approval of this person is not enough', async () => {
    const world = new World();
    const alone = { mayDecide: true, mayActAlone: true } as const;
    const given = { incidentId: 'one', breakGlass: true, you: alone };
    const approvals = [
      sampleApproval({ ...given, id: 'enough', quorum: 1, title: 'One is enough' }),
      sampleApproval({ ...given, id: 'last', quorum: 2, approvedBy: ['key:noor'], title: 'One is missing' }),
      sampleApproval({
        ...{ ...given, id: 'own', quorum: 1, title: 'Asked for by kim' },
        you: { mayDecide: false, mayActAlone: true, code: 'approver_is_requester', reason: 'key:kim asked for it' },
      }),
    ];
    world.add(sampleIncident({ id: 'one', approvals }));
    const { page } = await open({ world, as: 'kim', path: '/approvals' });
    const buttons = page.getByRole('button', { name: /^Break the glass/ });
    await buttons.first().waitFor();
    expect(await buttons.evaluateAll((all: { ariaLabel: string }[]) => all.map(({ ariaLabel }) => ariaLabel))).toEqual([
      'Break the glass: Asked for by kim',
    ]);
  });

  it('shows a viewer what waits, without buttons', async () => {
    const { page } = await open({ world: sampleWorld(), as: 'vic', path: '/approvals' });
    await page.getByRole('article', { name: `Approval: ${liveTitle}` }).waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  });
});

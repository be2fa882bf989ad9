// Approvals for people. `printSubject` is what a person decides on: it leaves nothing out.

import type { Approval } from '../../contract/api/index.ts';
import type { Cli } from '../cli.ts';
import { printFields, printTable } from './table.ts';
import { clean } from './text.ts';
import { duration, localTime, relative } from './time.ts';
import { severityStyle, statusStyle, withMode } from './words.ts';

export function printApprovals(cli: Cli, approvals: readonly Approval[]): void {
  printTable(cli.terminal, approvals, [
    { title: 'ID', value: ({ id }) => id },
    { title: 'STATUS', value: ({ status }) => status, style: ({ status }) => statusStyle(status) },
    { title: 'SEVERITY', value: ({ severity }) => severity, style: ({ severity }) => severityStyle(severity) },
    { title: 'INCIDENT', value: ({ incidentId }) => incidentId },
    { title: 'EXPIRES', value: ({ expiresAt }) => relative(expiresAt, cli.now()) },
    { title: 'APPROVED', value: ({ approvedBy, quorum }) => `${approvedBy.length} of ${quorum}` },
    { title: 'WHAT', value: ({ title, subject }) => withMode(title, subject.mode), flexible: true },
    { title: 'REQUESTED BY', value: ({ requestedBy }) => requestedBy, flexible: true },
  ]);
}

/** Exactly what will be done. */
export function printSubject(cli: Cli, { title, digest, subject, incidentTitle }: Approval): void {
  const { terminal } = cli;
  terminal.line(terminal.style('bold', clean(title)));
  printFields(terminal, [
    ['Action', clean(subject.action)],
    ['Target', clean(subject.target)],
    ['Parameters', clean(JSON.stringify(subject.params))],
    ['Mode', subject.mode === 'live' ? terminal.style('bold', 'live') : 'simulate: nothing is touched'],
    ['Held', subject.holdMs === null ? null : `${duration(subject.holdMs)}, then undone`],
    ['Incident', clean(`${subject.incidentId}  ${incidentTitle}`)],
    ['Step', clean(subject.stepId)],
    ['Plan', subject.planDigest],
    ['Expires', `${localTime(subject.expiresAt)} (${relative(subject.expiresAt, cli.now())})`],
    ['Digest', digest],
  ]);
}

export function printApproval(cli: Cli, approval: Approval): void {
  const { terminal } = cli;
  const { status, requestedBy, requestedAt, roles, quorum, approvedBy, decisions, you } = approval;
  printSubject(cli, approval);
  printFields(terminal, [
    ['Status', terminal.style(statusStyle(status), status)],
    ['Requested', clean(`${localTime(requestedAt)} by ${requestedBy}`)],
    ['Needs', `${quorum} of the role ${roles.join(' or ')}; ${approvedBy.length} so far`],
    ...decisions.map((one): [string, string] => [
      'Decision',
      clean(`${one.decision} by ${one.actor} at ${localTime(one.decidedAt)}${one.reason ? `: ${one.reason}` : ''}`),
    ]),
  ]);
  terminal.line();
  const approve = `firebreak approvals approve ${approval.id} --digest ${approval.digest.slice(0, shortDigestLength)}`;
  if (you.mayDecide) {
    terminal.line(approve);
    terminal.line(`firebreak approvals reject ${approval.id} --reason '…'`);
  } else terminal.line(`You may not decide: ${clean(you.reason)}`);
  if (you.mayActAlone) terminal.line(`${approve} --break-glass --reason '…'`);
}

/** Hex digits that tell two readings of one approval apart: 64 bits. */
export const shortDigestLength = 16;

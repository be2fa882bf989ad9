// Decisions of people. What is decided on is shown, and its digest is what is sent: nothing else can be approved by it.

import { type Approval, approvalStatuses } from '../../contract/api/index.ts';
import { subjectDigest } from '../../core/approval/subject.ts';
import type { Cli, DefineCommand } from '../cli.ts';
import { CliError } from '../errors.ts';
import { printApproval, printApprovals, printSubject, shortDigestLength } from '../format/approval.ts';
import { printEnd } from '../format/incident.ts';
import { cursorOption, given, group, leaf, limitOption, reasonOption, someOf } from '../options.ts';

export const approvals: DefineCommand = (cli) =>
  group('approvals', 'what waits for a decision of a person', [
    list(cli),
    show(cli),
    decisionCommand('approve')(cli).option(
      '--break-glass',
      'as an administrator, alone; needs --reason, is told to all and reviewed afterwards',
    ),
    decisionCommand('reject')(cli),
  ]);

interface ListOptions {
  status?: string;
  incident?: string;
  limit: number;
  cursor?: string;
}

const list: DefineCommand = (cli) =>
  leaf('list', 'list approvals; those that are pending, if nothing else is said', [
    'firebreak approvals list',
    'firebreak approvals list --status all --json',
  ])
    .option(
      '--status <status>',
      `one or more of ${approvalStatuses.join(', ')}, all`,
      someOf([...approvalStatuses, 'all']),
    )
    .option('--incident <id>', 'only of this incident')
    .addOption(limitOption())
    .addOption(cursorOption())
    .action(async ({ status, incident, limit, cursor }: ListOptions) => {
      const client = await cli.client();
      const page = await client.approvals({ limit, ...given({ status, incident, cursor }) });
      cli.show(page, ({ items, next }) => {
        if (items.length > 0) printApprovals(cli, items);
        printEnd(cli, items.length, next, 'Nothing waits for a decision.');
      });
    });

const show: DefineCommand = (cli) =>
  leaf('show', 'show exactly what would be done', ['firebreak approvals show 5d0c8k2m9qx4ta'])
    .argument('<id>', 'the approval')
    .action(async (id: string) => {
      const client = await cli.client();
      cli.show(await client.approval(id), (approval) => printApproval(cli, approval));
    });

const decisionCommand =
  (decision: 'approve' | 'reject'): DefineCommand =>
  (cli) =>
    leaf(decision, `${decision} exactly what is shown`, [
      decision === 'approve'
        ? 'firebreak approvals approve 5d0c8k2m9qx4ta --digest 3f1c0a9be4d27788'
        : `firebreak approvals reject 5d0c8k2m9qx4ta --reason 'That is our own scanner'`,
    ])
      .argument('<id>', 'the approval')
      .addOption(reasonOption())
      .option('--digest <hex>', 'only if it still has this digest, or one that begins so')
      .action(async (id: string, { reason, digest, breakGlass }: DecisionOptions) => {
        const client = await cli.client();
        const approval = await client.approval(id);
        refuseOtherDigest(approval, digest);
        if (!cli.json) printSubject(cli, approval);
        const result = await client.decide(id, {
          decision: breakGlass ? 'break_glass' : decision,
          ...{ digest: approval.digest, ...given({ reason }) },
        });
        cli.show(result, () => printResult(cli, result.approval, decision, result.delivered));
      });

interface DecisionOptions {
  reason?: string;
  digest?: string;
  breakGlass?: true;
}

function refuseOtherDigest({ id, digest, subject }: Approval, wanted: string | undefined): void {
  if (wanted !== undefined && !/^[0-9a-f]+$/.test(wanted)) {
    throw new CliError('usage_error', `--digest must be hex digits, as 'firebreak approvals show ${id}' prints them`, {
      usage: true,
    });
  }
  if (wanted !== undefined && wanted.length < shortDigestLength) {
    throw new CliError('usage_error', `--digest needs at least its first ${shortDigestLength} digits`, { usage: true });
  }
  if (wanted !== undefined && !digest.startsWith(wanted)) {
    throw new CliError(
      'digest_mismatch',
      `Approval ${id} has digest ${digest}, not ${wanted}: read it again with 'firebreak approvals show ${id}'`,
    );
  }
  // What is shown must be what is signed, whatever the server says of it.
  if (subjectDigest(subject) !== digest) {
    throw new CliError(
      'digest_mismatch',
      `Approval ${id} does not have the digest that it claims: it is not what would be done. Decide nothing and tell an administrator`,
    );
  }
}

function printResult(cli: Cli, approval: Approval, decision: 'approve' | 'reject', delivered: boolean): void {
  const { line } = cli.terminal;
  line();
  if (decision === 'reject') line('Rejected: it will not be done.');
  else if (approval.status === 'approved') {
    const what = approval.subject.mode === 'live' ? 'done' : 'simulated';
    line(`Approved: it will be ${what} now.`);
  } else line(`Approved by ${approval.approvedBy.length} of ${approval.quorum}; it waits for the others.`);
  if (!delivered) line('The decision is stored; the incident is told as soon as it can be reached.');
}

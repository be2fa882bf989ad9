import type { Containment } from '../../contract/api/index.ts';
import type { Cli } from '../cli.ts';
import { printTable } from './table.ts';
import { relative } from './time.ts';
import { statusStyle, withMode, words } from './words.ts';

export function printContainments(cli: Cli, containments: readonly Containment[]): void {
  printTable(cli.terminal, containments, [
    { title: 'ID', value: ({ id }) => id },
    { title: 'STATUS', value: ({ status }) => words(status), style: ({ status }) => statusStyle(status) },
    { title: 'INCIDENT', value: ({ incidentId }) => incidentId },
    { title: 'APPLIED', value: ({ appliedAt }) => (appliedAt ? relative(appliedAt, cli.now()) : '-') },
    { title: 'ENDS', value: (one) => relative(one.endedAt ?? one.expiresAt, cli.now()) },
    { title: 'WHAT', value: ({ title, mode }) => withMode(title, mode), flexible: true },
    { title: 'TARGET', value: ({ target }) => target, flexible: true },
  ]);
}

import type { DefineCommand } from '../cli.ts';
import { exitCodes } from '../errors.ts';
import { examine } from '../examine.ts';
import { printTable, type Style } from '../format/table.ts';
import { leaf } from '../options.ts';

const styles: Record<string, Style> = { ok: 'green', note: 'cyan', bad: ['bold', 'red'] };

export const doctor: DefineCommand = (cli) =>
  leaf('doctor', 'what runs and what does not: server, ports, plan, live or simulated actions', [
    'firebreak doctor',
    'firebreak doctor --json',
  ]).action(async () => {
    const findings = await examine(cli);
    const ok = findings.every(({ state }) => state !== 'bad');
    if (!ok) cli.exitCode = exitCodes.failure;
    cli.show({ ok, findings }, () =>
      printTable(cli.terminal, findings, [
        { title: 'WHAT', value: ({ what }) => what },
        { title: 'STATE', value: ({ state }) => state, style: ({ state }) => styles[state] ?? 'reset' },
        { title: 'DETAIL', value: ({ detail }) => detail },
      ]),
    );
  });

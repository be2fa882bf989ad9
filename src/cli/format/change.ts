// One change of one incident: a line for people, or a JSON document a line.

import type { Cli } from '../cli.ts';
import type { Followed } from '../follow.ts';
import { clean, padTo } from './text.ts';
import { localClock } from './time.ts';
import { severityStyle } from './words.ts';

export function changePrinter(cli: Cli): (change: Followed) => void {
  const { terminal } = cli;
  return ({ incident, entry }) => {
    if (cli.json) {
      const { id, status, severity, title } = incident;
      return terminal.json({ ...entry, incident: { id, status, severity, title } }, { compact: true });
    }
    const severity = terminal.style(severityStyle(incident.severity), padTo(incident.severity, 'critical'.length));
    terminal.line(`${terminal.style('dim', localClock(entry.at))}  ${incident.id}  ${severity}  ${clean(entry.text)}`);
  };
}

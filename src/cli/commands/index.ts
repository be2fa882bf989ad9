// The registry of commands, in the order of the help, grouped by who uses them.

import type { DefineCommand } from '../cli.ts';
import { alerts } from './alerts.ts';
import { approvals } from './approvals.ts';
import { audit } from './audit.ts';
import { containments } from './containments.ts';
import { doctor } from './doctor.ts';
import { explain } from './explain.ts';
import { gateway } from './gateway.ts';
import { importAlerts } from './import.ts';
import { incidents } from './incidents.ts';
import { keys } from './keys.ts';
import { learning } from './learning.ts';
import { migrate } from './migrate.ts';
import { openapi } from './openapi.ts';
import { plan } from './plan.ts';
import { quarantine } from './quarantine.ts';
import { send } from './send.ts';
import { silences } from './silences.ts';
import { sources } from './sources.ts';
import { up } from './up.ts';
import { worker } from './worker.ts';

export const commandGroups: readonly { title: string; commands: readonly DefineCommand[] }[] = [
  { title: 'Answer incidents:', commands: [incidents, explain, alerts, approvals, containments, silences] },
  { title: 'Connect tools:', commands: [sources, send, importAlerts, quarantine] },
  { title: 'Run Firebreak:', commands: [up, gateway, worker, migrate, doctor] },
  { title: 'Administer:', commands: [keys, plan, learning, audit, openapi] },
];

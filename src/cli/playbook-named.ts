// Which playbooks a plan has, by name.

import { nearestName } from '../actions/lib/nearest-name.ts';
import type { Playbook } from '../core/plan/playbook.ts';
import { CliError } from './errors.ts';

/** @throws CliError `unknown_playbook`, which names the nearest */
export function playbookNamed(playbooks: readonly Playbook[], name: string): Playbook {
  const found = playbooks.find((one) => one.name === name);
  if (found) return found;
  const names = playbooks.map((one) => one.name);
  const near = nearestName(name, names);
  const hint = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
  throw new CliError('unknown_playbook', `There is no playbook ${name}: ${hint}`, { usage: true });
}

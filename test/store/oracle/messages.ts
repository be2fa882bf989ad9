// Random messages about findings that begin and end: with repeats, flaps, and in any order.

import type { Random } from '../../support/random.ts';

export const kinds = ['plain', 'noise', 'login', 'flap'] as const;
export type Kind = (typeof kinds)[number];

/**
 * What a source tells of a finding's times: both; the start alone, also when it is over; neither, so that what fires
 * joins what fires already; or the start, and never that it is over.
 */
export type Tells = 'both' | 'start' | 'neither' | 'no_end';

export interface Finding {
  source: string;
  name: string;
  kind: Kind;
  severity: 'critical' | 'warning' | 'info';
  cluster: string;
  host: string;
  group: string;
  tells: Tells;
}

/** Times are milliseconds. */
export interface Message {
  finding: Finding;
  startsAt: number;
  /** Undefined while it fires. */
  endsAt: number | undefined;
  /** When it is sent. */
  at: number;
}

const minute = 60_000;

/** Plain ones are as many as all others. */
export const kindOf = (random: Random): Kind => random.oneOf<Kind>([...kinds, 'plain', 'plain']);

const severities = {
  plain: ['critical', 'warning', 'warning', 'info'],
  noise: ['info'],
  login: ['warning', 'info'],
  flap: ['info'],
} as const;

export const severityOf = (random: Random, kind: Kind): Finding['severity'] =>
  random.oneOf<Finding['severity']>(severities[kind]);

export interface Storm {
  messages: number;
  findings: readonly Finding[];
  /** What is sent lies within the fourteen hours from here. */
  fromMs: number;
}

/** In the order in which they are sent. */
export function stormOf(random: Random, { messages, findings, fromMs }: Storm): Message[] {
  const sent: Message[] = [];
  while (sent.length < messages) {
    const finding = random.oneOf(findings);
    let startsAt = fromMs + random.between(0, 6 * 60) * minute;
    const episodes = finding.kind === 'flap' ? random.between(3, 9) : random.between(1, 3);
    for (let episode = 0; episode < episodes; episode += 1) {
      const lasts = random.between(1, finding.kind === 'flap' ? 5 : 120) * minute;
      sent.push(...messagesOf(random, finding, startsAt, startsAt + lasts));
      startsAt += lasts + random.between(1, 4) * minute;
    }
  }
  return sent.slice(0, messages).sort((a, b) => a.at - b.at);
}

/** Late, repeated, lost, or the end before the beginning. */
function messagesOf(random: Random, finding: Finding, startsAt: number, endsAt: number): Message[] {
  const late = () => random.oneOf([0, 0, 0, 1, 10, 130]) * minute;
  const fires = { finding, startsAt, endsAt: undefined };
  const made: Message[] = [{ ...fires, at: startsAt + late() }];
  while (random.between(0, 3) === 0) made.push({ ...fires, at: startsAt + random.between(1, 200) * minute });
  if (finding.tells === 'no_end') return made;
  const over = { finding, startsAt, endsAt: finding.tells === 'start' ? startsAt : endsAt };
  if (random.between(0, 9) > 1) made.push({ ...over, at: endsAt + late() });
  if (random.between(0, 9) === 0) made.push({ ...over, at: endsAt + late() });
  return made;
}

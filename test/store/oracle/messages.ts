// Random messages of many sources about findings that begin and end: with repeats, flaps, and in any order.

import type { Random } from '../../support/random.ts';

export type Kind = 'plain' | 'noise' | 'login' | 'flap';

export interface Finding {
  source: string;
  name: string;
  kind: Kind;
  severity: 'critical' | 'warning' | 'info';
  cluster: string;
  host: string;
  group: string;
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

function findingOf(random: Random, sources: number, number: number): Finding {
  const kind = random.oneOf<Kind>(['plain', 'plain', 'plain', 'noise', 'login', 'flap']);
  const severities = {
    plain: ['critical', 'warning', 'warning', 'info'],
    noise: ['info'],
    login: ['warning', 'info'],
    flap: ['info'],
  } as const;
  return {
    ...{ kind, name: `${kind}-${number}`, source: `source-${number % sources}` },
    severity: random.oneOf<Finding['severity']>(severities[kind]),
    cluster: `cluster-${random.between(1, 40)}`,
    host: `host-${random.between(1, 25)}`,
    group: `group-${random.between(1, 30)}`,
  };
}

export interface Storm {
  messages: number;
  sources: number;
  findings: number;
  fromMs: number;
}

/** In the order in which they are sent. */
export function stormOf(random: Random, { messages, sources, findings, fromMs }: Storm): Message[] {
  const all = Array.from({ length: findings }, (_, number) => findingOf(random, sources, number));
  const sent: Message[] = [];
  while (sent.length < messages) {
    const finding = random.oneOf(all);
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
  if (random.between(0, 9) > 1) made.push({ finding, startsAt, endsAt, at: endsAt + late() });
  if (random.between(0, 9) === 0) made.push({ finding, startsAt, endsAt, at: endsAt + late() });
  return made;
}

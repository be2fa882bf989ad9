// One part of the storm that no other part touches: findings of some tools in one cluster, with an oracle of its own.
// Its requests are sent one after the other, since the order decides; many cells send at the same time. Before a request
// that could meet it, the gateway's review of withheld alerts is waited for, as its moment decides too.

import { type Finding, kindOf, type Message, severityOf, stormOf } from '../../store/oracle/messages.ts';
import { Model } from '../../store/oracle/model.ts';
import { type Random, randomFrom } from '../../support/random.ts';
import { formats } from './formats.ts';
import { type StormRules, stormRules } from './plan.ts';
import type { Responders } from './responders.ts';
import type { Reviews } from './reviews.ts';
import type { Delivery, Senders } from './senders.ts';

const [singles, many] = [true, false].map((isSingle) =>
  Object.keys(formats).filter((name) => (formats[name]?.atMost === 1) === isSingle),
) as [string[], string[]];
const stormLastsMs = 14 * 3_600_000;

export interface CellWorld {
  senders: Senders;
  reviews: Reviews;
  responders: Responders;
}

export interface CellSize {
  seed: number;
  findings: number;
  messages: number;
  nowMs: number;
}

export class Cell {
  readonly number: number;
  readonly cluster: string;
  readonly model: Model;
  /** Alerts that were taken. */
  sent = 0;
  private readonly random: Random;
  private readonly rules: StormRules = stormRules();
  private readonly messages: Message[];
  private deliveries = 0;

  constructor(number: number, { seed, findings: count, messages, nowMs }: CellSize) {
    this.number = number;
    this.cluster = `cluster-${number}`;
    this.random = randomFrom(seed * 1_000 + number);
    this.model = new Model(this.rules);
    const findings = Array.from({ length: count }, (_, n) => this.findingOf(n));
    this.messages = stormOf(this.random, { messages, findings, fromMs: nowMs - stormLastsMs });
  }

  private findingOf(n: number): Finding {
    const source = this.toolOf(n);
    const { tells = 'both', hasLabels } = formats[source] ?? {};
    const kind = hasLabels ? kindOf(this.random) : 'plain';
    return {
      ...{ source, kind, tells, name: `storm${this.number}-${n}`, group: `group-${this.number}` },
      severity: hasLabels ? severityOf(this.random, kind) : 'info',
      cluster: this.cluster,
      host: `host-${this.number}`,
    };
  }

  /** Three that send many findings at once, and one that sends each alone: of that one few, or it would take long. */
  private toolOf(n: number): string {
    const [single, one] = [singles[this.number % singles.length], many[(this.number * 3 + (n % 3)) % many.length]];
    return (n % 10 === 9 ? single : one) ?? '';
  }

  /** Of which it has sent something. */
  sources(): string[] {
    return [...this.model.byFinding.keys()].map(({ source }) => source);
  }

  async run(world: CellWorld): Promise<void> {
    const { messages, random } = this;
    const middle = () => random.between(messages.length >> 2, (messages.length * 3) >> 2);
    const [silenceEndsAt, closesAt] = [middle(), this.number % 2 === 0 ? middle() : Number.POSITIVE_INFINITY];
    let hasClosed = false;
    for (let next = 0; next < messages.length; ) {
      const size = random.between(20, 150);
      await this.sendAll(world, messages.slice(next, next + size));
      next += size;
      if (next >= silenceEndsAt && this.rules.silence.until > Date.now()) await this.endSilence(world);
      if (next >= closesAt && !hasClosed) hasClosed = await this.closeOne(world);
    }
  }

  /** Each tool sends what it has gathered, and sometimes all of it again. */
  private async sendAll(world: CellWorld, messages: readonly Message[]): Promise<void> {
    for (const [source, ofSource] of Map.groupBy(messages, ({ finding }) => finding.source)) {
      const { atMost = 1 } = formats[source] ?? {};
      for (let next = 0; next < ofSource.length; next += atMost) {
        const [first, ...others] = ofSource.slice(next, next + atMost);
        if (!first) break;
        const delivery = this.deliveryOf(source, [first, ...others]);
        await this.send(world, delivery);
        if (this.random.between(0, 29) === 0) await this.send(world, { ...delivery, lostAnswers: 0 });
        this.sent += delivery.messages.length;
      }
    }
  }

  private deliveryOf(source: string, messages: Delivery['messages']): Delivery {
    this.deliveries += 1;
    const lostAnswers = this.random.between(0, 29) === 0 ? this.random.between(1, 2) : 0;
    return { source, messages, id: `storm-${this.number}-${this.deliveries}`, lostAnswers };
  }

  private async send(world: CellWorld, delivery: Delivery): Promise<void> {
    await world.senders.send(delivery);
    this.model.receive(delivery.messages, Date.now());
    await this.review(world);
  }

  private async review(world: CellWorld): Promise<void> {
    if (!this.model.isReviewDue(Date.now())) return;
    await world.reviews.untilDone(this.cluster);
    this.model.review(Date.now());
  }

  private async endSilence(world: CellWorld): Promise<void> {
    await world.responders.expireSilence(this.cluster);
    this.rules.silence.until = 0;
    await this.review(world);
  }

  /** False while there is nothing to close. */
  private async closeOne(world: CellWorld): Promise<boolean> {
    const open = this.model.openGroups();
    if (open.length === 0) return false;
    const group = this.random.oneOf(open);
    await world.responders.close(this.model.latestOf(group));
    this.model.close(group);
    return true;
  }
}

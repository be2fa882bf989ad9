// A playbook as a picture: every way through it, with what happens when a step fails. Modules that the plan has are drawn
// whole. Bounded: a picture that grows too large says so where it stops.

import { assertNever } from '../core/assert-never.ts';
import type { Module } from '../core/plan/module.ts';
import { type Playbook, phases } from '../core/plan/playbook.ts';
import { type Step, stepBounds, type UseStep } from '../core/plan/step.ts';
import type { NodeKind, Picture, PictureEdge, PictureGroup, PictureMember, PictureNode } from './picture.ts';
import { actionLines, askLines, headline, shown, termLines, values, waitText } from './texts.ts';

/** Beyond it a picture helps nobody. */
const mostNodes = 500;

const phaseTitles = { contain: 'Contain', verify: 'Verify', recover: 'Recover' } as const;
const stops = {
  fail: 'Stop',
  undo: 'Stop, and undo in reverse what was done',
  escalate: 'Stop, and tell people',
} as const;

/** Where the flow comes from: a node, and what the edge out of it says. */
interface Exit {
  from: string;
  label?: string;
  kind?: PictureEdge['kind'];
}

interface Place {
  members: PictureMember[];
  /** Modules that are being drawn, outermost first. */
  using: readonly string[];
}

export function drawPlaybook(playbook: Playbook, modules: readonly Module[]): Picture {
  return new Drawing(modules).draw(playbook);
}

class Drawing {
  readonly #modules: readonly Module[];
  readonly #members: PictureMember[] = [];
  readonly #edges: PictureEdge[] = [];
  readonly #stops = new Map<keyof typeof stops, string>();
  #count = 0;

  constructor(modules: readonly Module[]) {
    this.#modules = modules;
  }

  draw(playbook: Playbook): Picture {
    const place: Place = { members: this.#members, using: [] };
    let exits: Exit[] = [{ from: this.#node(place, 'start', ['Triaged', `playbook ${playbook.name}`]) }];
    for (const phase of phases) {
      if (playbook[phase].length === 0) continue;
      const group = this.#group(place, 'phase', phaseTitles[phase]);
      exits = this.#sequence(playbook[phase], { ...place, members: group.members }, exits);
    }
    this.#enter(exits, this.#node(place, 'end', ['Review']));
    return { title: shown(playbook.title), members: this.#members, edges: this.#edges };
  }

  #sequence(steps: readonly Step[], place: Place, entries: Exit[]): Exit[] {
    let exits = entries;
    for (const [index, step] of steps.entries()) {
      if (this.#count >= mostNodes) {
        const left = steps.length - index;
        return this.#through(place, 'cut', [`${left} more ${left === 1 ? 'step' : 'steps'}, not drawn`], exits);
      }
      exits = this.#step(step, place, exits);
    }
    return exits;
  }

  #step(step: Step, place: Place, entries: Exit[]): Exit[] {
    if (step.if === undefined) return this.#whole(step, place, entries);
    const condition = this.#node(place, 'decision', [shown(step.if)]);
    this.#enter(entries, condition);
    return [...this.#whole(step, place, [{ from: condition, label: 'yes' }]), { from: condition, label: 'no' }];
  }

  /** The step with what follows when it fails. */
  #whole(step: Step, place: Place, entries: Exit[]): Exit[] {
    const { exits, failing } = this.#kind(step, place, entries);
    const policy = step.on_failure;
    if (typeof policy === 'object') {
      const group = this.#group(place, 'failure', 'When it fails');
      const failed: Exit = { from: failing, label: 'failed', kind: 'failure' };
      return [...exits, ...this.#sequence(policy.steps, { ...place, members: group.members }, [failed])];
    }
    if (policy !== 'continue') this.#edges.push({ from: failing, to: this.#stop(policy), kind: 'failure' });
    return exits;
  }

  /** `failing`: the node that the way of a failure leaves. */
  #kind(step: Step, place: Place, entries: Exit[]): { exits: Exit[]; failing: string } {
    const simple = (kind: NodeKind, lines: string[], more: Partial<PictureNode> = {}) => {
      const timed = step.timeout === undefined ? [] : [`times out after ${step.timeout}`];
      const goesOn = step.on_failure === 'continue' && kind !== 'set' ? ['goes on if it fails'] : [];
      const id = this.#node(place, kind, [...lines, ...timed, ...goesOn], more);
      this.#enter(entries, id);
      return { exits: [{ from: id }], failing: id };
    };
    if ('action' in step) return simple('action', actionLines(step), { level: step.level });
    if ('approve' in step) {
      return simple('approve', [...headline(step, 'Approve'), shown(step.approve), ...termLines(step.approval)]);
    }
    if ('notify' in step) {
      const { text, team, channel, to } = step.notify;
      const whom = channel === undefined ? (team ?? 'those who were paged') : `${channel} ${to}`;
      return simple('notify', [...headline(step, 'Notify'), shown(text), shown(`to ${whom}`)]);
    }
    if ('ask' in step) return simple('ask', askLines(step));
    if ('wait' in step) return simple('wait', [...headline(step, 'Wait'), waitText(step)]);
    if ('set' in step) return simple('set', [...headline(step, 'Set'), ...values(step.set)]);
    if ('use' in step) return this.#use(step, place, entries, simple);
    if ('parallel' in step) {
      const fork = simple('fork', headline(step, 'At the same time'));
      const join = this.#node(place, 'join', ['All done']);
      for (const [index, branch] of step.parallel.entries()) {
        const group = this.#group(place, 'branch', `Branch ${index + 1}`);
        this.#enter(this.#sequence(branch.steps, { ...place, members: group.members }, fork.exits), join);
      }
      return { exits: [{ from: join }], failing: join };
    }
    if ('for_each' in step) {
      const { in: list, at_once: atOnce, on_item_failure: onItem, steps } = step.for_each;
      const stopping = onItem === 'stop' ? ['begins no further item once one failed'] : [];
      const loop = simple('loop', [
        ...headline(step, 'For each'),
        shown(`item in ${shown(list)}, ${atOnce} at once`),
        ...stopping,
      ]);
      const group = this.#group(place, 'body', 'Each item');
      const last = this.#sequence(steps, { ...place, members: group.members }, [
        { from: loop.failing, label: 'an item' },
      ]);
      this.#enter(
        last.map((exit) => ({ ...exit, kind: 'again' as const })),
        loop.failing,
      );
      return { exits: [{ from: loop.failing, label: 'all done' }], failing: loop.failing };
    }
    if ('choose' in step) {
      const choice = simple('decision', headline(step, 'Which case?'));
      const exits = step.choose.flatMap(({ when, steps }) =>
        this.#sequence(steps, place, [{ from: choice.failing, label: when === undefined ? 'otherwise' : shown(when) }]),
      );
      const isOpen = step.choose.at(-1)?.when !== undefined;
      return { exits: isOpen ? [...exits, { from: choice.failing, label: 'none' }] : exits, failing: choice.failing };
    }
    return assertNever(step);
  }

  #use(
    step: UseStep,
    place: Place,
    entries: Exit[],
    simple: (kind: NodeKind, lines: string[]) => { exits: Exit[]; failing: string },
  ): { exits: Exit[]; failing: string } {
    const used = this.#modules.find((one) => one.name === step.use);
    const lines = [...headline(step, used?.title ?? step.use), `module ${step.use}`, ...values(step.with)];
    const canDraw = used && !place.using.includes(step.use) && place.using.length < stepBounds.uses;
    const head = simple('use', lines);
    if (!canDraw || entries.length === 0) return head;
    const group = this.#group(place, 'module', `Module ${used.name}`);
    const inside: Place = { members: group.members, using: [...place.using, used.name] };
    return { exits: this.#sequence(used.steps, inside, head.exits), failing: head.failing };
  }

  #through(place: Place, kind: NodeKind, lines: string[], entries: Exit[]): Exit[] {
    const id = this.#node(place, kind, lines);
    this.#enter(entries, id);
    return [{ from: id }];
  }

  #node(place: Place, kind: NodeKind, lines: string[], more: Partial<PictureNode> = {}): string {
    this.#count += 1;
    const id = `n${this.#count}`;
    place.members.push({ id, kind, lines: lines.filter((line) => line !== ''), ...more });
    return id;
  }

  #group(place: Place, kind: PictureGroup['kind'], label: string): PictureGroup {
    this.#count += 1;
    const group: PictureGroup = { id: `g${this.#count}`, kind, label, members: [] };
    place.members.push(group);
    return group;
  }

  #enter(entries: readonly Exit[], to: string): void {
    for (const { from, label, kind = 'flow' } of entries) {
      this.#edges.push({ from, to, kind, ...(label !== undefined && { label }) });
    }
  }

  /** One node of the whole picture for each way to stop. */
  #stop(policy: keyof typeof stops): string {
    const id = this.#stops.get(policy) ?? this.#node({ members: this.#members, using: [] }, 'stop', [stops[policy]]);
    this.#stops.set(policy, id);
    return id;
  }
}

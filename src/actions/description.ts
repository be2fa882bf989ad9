// What an action says of itself: enough to check, plan and show it, and to simulate it. Has no power over anything: what
// acts is in the action's own file, which builds on this.

import type { ZodType } from 'zod';

export type Risk = 'low' | 'medium' | 'high';

/**
 * check: reads only. change: done once, perhaps with an undo for compensation.
 * containment: held until lifted or expired, then undone; it must have an undo.
 */
export type ActionKind = 'check' | 'change' | 'containment';

/** Why an action will not do this, now or ever. `code` is stable, snake_case. */
export interface Refusal {
  code: string;
  reason: string;
}

/** What guards may look at. `host` facts exist only on the privileged worker; plan-time checks run without them. */
export interface GuardFacts {
  /** From guards.yaml of the response plan: CIDRs, hosts, users, services that nothing may touch. */
  protected: { cidrs: string[]; hosts: string[]; users: string[]; services: string[] };
  /** Widest prefix that may be blocked, in bits: /24 for IPv4 is 24. */
  widestPrefix: { ipv4: number; ipv6: number };
  host?: { addresses: string[]; resolvers: string[]; gateways: string[] };
}

export interface ActionDescription<Params = unknown> {
  name: string;
  title: string;
  kind: ActionKind;
  risk: Risk;
  /** MITRE D3FEND technique id, where one fits. */
  d3fend?: string;
  params: ZodType<Params>;
  /** Upper bound of one apply, in milliseconds. */
  timeoutMs: number;
  /** What it acts on, in one stable string (`ip:203.0.113.7`): for the audit, the digest, the protected list. */
  target(params: Params): string;
  /** One line in the imperative: "Block 203.0.113.7 at the host firewall". */
  describe(params: Params): string;
  refuse(params: Params, facts: GuardFacts): Refusal | undefined;
  /** There when the action can be undone. */
  undo?: true;
}

/** For a registry, which holds descriptions of all parameter types. */
export function anyParams<Params>(description: ActionDescription<Params>): ActionDescription {
  return description as unknown as ActionDescription;
}

// The flow of one incident: the steps of its playbook as they were planned, a tree. Plain JSON, recorded in history. What
// depends on what happens on the way is in it as it was written (`late`) and planned when it is reached.

import type { Json } from '../canonical.ts';
import type { Answer, AnswerType } from './answer.ts';
import type { ApprovalPolicy, PlannedStep } from './plan.ts';

export const failurePolicies = ['fail', 'continue', 'undo', 'escalate'] as const;
export type FailurePolicy = (typeof failurePolicies)[number];

export interface FlowStep {
  /** Unique within the incident: ids joined by dots along the way to it, with a hash for each item. Never data. */
  id: string;
  title: string;
  /** `steps`: those of `rescue` make up for the failure. */
  onFailure: FailurePolicy | 'steps';
  rescue?: FlowNode[];
  /** Why it will not be done, known when it was planned: a guard's refusal or a false `if`. */
  skip: { code: string; reason: string } | null;
}

export interface ApproveNode extends FlowStep {
  type: 'approve';
  /** What people agree to. */
  text: string;
  requestedBy: string;
  mode: 'simulate' | 'live';
  approval: ApprovalPolicy;
}

export interface NotifyNode extends FlowStep {
  type: 'notify';
  text: string;
  /** Null: those who were paged for the incident. */
  to: { channel: string; to: string }[] | null;
  timeoutMs: number | null;
}

export interface AskNode extends FlowStep {
  type: 'ask';
  question: string;
  answer: AnswerType;
  withinMs: number;
  /** Stands for the answer when nobody gave one in time; null: the step fails then. */
  otherwise: Answer | null;
  /** Roles whose members may answer. */
  roles: string[];
}

export interface WaitNode extends FlowStep {
  type: 'wait';
  until: { kind: 'time' } | { kind: 'resolved' } | { kind: 'condition'; expression: string; place: FlowPlace };
  atMostMs: number;
}

interface GroupStep extends FlowStep {
  /** When it is over, the group starts nothing more and fails. */
  timeoutMs: number | null;
}

export interface ParallelNode extends GroupStep {
  type: 'parallel';
  branches: FlowNode[][];
}

export interface ForEachNode extends GroupStep {
  type: 'for_each';
  items: FlowNode[][];
  atOnce: number;
  /** No further item begins once one failed. */
  stopsOnFailure: boolean;
}

export interface ChooseNode extends GroupStep {
  type: 'choose';
  /** Of the case that was true. */
  steps: FlowNode[];
}

export interface UseNode extends GroupStep {
  type: 'use';
  module: string;
  steps: FlowNode[];
  /** Computed when the last step has ended; null when the module has none. */
  outputs: { expressions: Record<string, string>; place: FlowPlace } | null;
}

export interface SetNode extends FlowStep {
  type: 'set';
  /** Where the names are known: prefix and suffix of the place. */
  scope: string;
  values: Record<string, Json>;
}

/** A step that cannot be planned before it is reached. */
export interface LateNode extends FlowStep {
  type: 'late';
  /** As the schema of steps gives it. */
  written: Json;
  place: FlowPlace;
}

/** Where in the flow an expression stands: what it sees beside the facts of the incident. */
export interface FlowPlace {
  /** Of the ids inside the module that it stands in; empty in the playbook itself. */
  prefix: string;
  /** Of the ids inside the items that it stands in. */
  suffix: string;
  item?: { value: Json; type: string };
  inputs?: { values: Record<string, Json>; types: Record<string, string> };
  /** Modules on the way here, outermost first. */
  modules: string[];
}

export type GroupNode = ParallelNode | ForEachNode | ChooseNode | UseNode;
export type LeafNode = PlannedStep | ApproveNode | NotifyNode | AskNode | WaitNode | SetNode;
export type FlowNode = LeafNode | GroupNode | LateNode;

/** The lists of steps that a group holds. */
export function listsIn(node: FlowNode): FlowNode[][] {
  switch (node.type) {
    case 'parallel':
      return node.branches;
    case 'for_each':
      return node.items;
    case 'choose':
    case 'use':
      return [node.steps];
    default:
      return [];
  }
}

/** All nodes of the lists and inside them, with what late ones became; in the order in which they are written. */
export function everyNode(nodes: readonly FlowNode[], late: Readonly<Record<string, FlowNode>> = {}): FlowNode[] {
  return nodes.flatMap((written) => {
    const node = late[written.id] ?? written;
    const inside = listsIn(node).flatMap((list) => everyNode(list, late));
    return [node, ...inside, ...everyNode(node.rescue ?? [], late)];
  });
}

// What a picture of a playbook is made of: nodes in groups, and edges between nodes. Texts are plain and bounded; escaping
// is for whoever writes them out.

export type NodeKind =
  | 'start'
  | 'end'
  | 'stop'
  | 'action'
  | 'approve'
  | 'notify'
  | 'ask'
  | 'wait'
  | 'set'
  | 'use'
  | 'decision'
  | 'fork'
  | 'join'
  | 'loop'
  | 'cut';

export interface PictureNode {
  id: string;
  kind: NodeKind;
  /** The first is the name, the others say more. Each is one line of visible text. */
  lines: string[];
  /** It does something by itself, asks first, or only speaks: how far an action goes. */
  level?: 'auto' | 'approve' | 'suggest' | 'observe';
}

export interface PictureGroup {
  id: string;
  kind: 'phase' | 'branch' | 'body' | 'module' | 'failure';
  label: string;
  members: PictureMember[];
}

export type PictureMember = PictureNode | PictureGroup;

export interface PictureEdge {
  from: string;
  to: string;
  label?: string;
  /** `failure`: taken when the step failed. `again`: back to the next item. */
  kind: 'flow' | 'failure' | 'again';
}

export interface Picture {
  title: string;
  members: PictureMember[];
  edges: PictureEdge[];
}

export const isGroup = (member: PictureMember): member is PictureGroup => 'members' in member;

export function nodesOf(members: readonly PictureMember[]): PictureNode[] {
  return members.flatMap((member) => (isGroup(member) ? nodesOf(member.members) : [member]));
}

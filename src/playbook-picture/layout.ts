// Where everything of a picture stands. ELK lays out graphs with groups inside groups and edges that cross their borders.

import type { ElkExtendedEdge, ElkNode } from 'elkjs';
// The bundle: its own worker in the same thread, nothing to load at run time.
import elk from 'elkjs/lib/elk.bundled.js';
import {
  isGroup,
  type Picture,
  type PictureEdge,
  type PictureGroup,
  type PictureMember,
  type PictureNode,
} from './picture.ts';
import { lineHeight, type TextBox, textBox, widthOf } from './text-box.ts';
import { wrap } from './wrap.ts';

export interface Point {
  x: number;
  y: number;
}

interface Placed extends Point {
  width: number;
  height: number;
}

export type LaidOutNode = Omit<PictureNode, 'lines'> & Placed & Pick<TextBox, 'text'>;
export type LaidOutGroup = Omit<PictureGroup, 'members'> & Placed;
export type LaidOutEdge = PictureEdge & { points: Point[]; text: string[]; labelAt: Point | undefined };

/** All places are in pixels from the upper left corner of the picture. */
export interface LaidOutPicture {
  title: string;
  width: number;
  height: number;
  nodes: LaidOutNode[];
  /** Outer ones before those inside them. */
  groups: LaidOutGroup[];
  edges: LaidOutEdge[];
}

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.spacing.nodeNode': '36',
  'elk.spacing.edgeNode': '18',
  'elk.spacing.edgeEdge': '12',
  'elk.layered.spacing.nodeNodeBetweenLayers': '36',
  'elk.layered.spacing.edgeNodeBetweenLayers': '18',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
};

const insideOfGroup = { 'elk.padding': '[top=36,left=18,bottom=18,right=18]' };
const labelWidth = 28;
const labelLines = 3;

export async function layOut(picture: Picture): Promise<LaidOutPicture> {
  const boxes = new Map<string, TextBox>();
  const texts = picture.edges.map(({ label }) => (label === undefined ? [] : wrap(label, labelWidth, labelLines)));
  const graph: ElkNode = {
    id: 'picture',
    layoutOptions: options,
    children: elkNodes(picture.members, boxes),
    edges: picture.edges.map((edge, index) => elkEdge(edge, index, texts[index] ?? [])),
  };
  const done = await new elk.default().layout(graph);
  const placed = new Map<string, Placed>();
  collect(done.children ?? [], placed);
  const at = (id: string): Placed => placed.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
  const { nodes, groups } = flat(picture.members);
  const elkEdges = done.edges ?? [];
  return {
    title: picture.title,
    width: Math.max(done.width ?? 0, widthOf(picture.title) * 1.5),
    height: done.height ?? 0,
    nodes: nodes.map(({ lines: _, ...node }) => ({ ...node, ...at(node.id), text: boxes.get(node.id)?.text ?? [] })),
    groups: groups.map(({ members: _, ...group }) => ({ ...group, ...at(group.id) })),
    edges: picture.edges.map((edge, index) => ({
      ...edge,
      ...routeOf(elkEdges[index], edge.kind === 'again'),
      text: texts[index] ?? [],
    })),
  };
}

function elkNodes(members: readonly PictureMember[], boxes: Map<string, TextBox>): ElkNode[] {
  return members.map((member) => {
    if (isGroup(member)) {
      return { id: member.id, layoutOptions: insideOfGroup, children: elkNodes(member.members, boxes) };
    }
    const box = textBox(member.lines);
    boxes.set(member.id, box);
    return { id: member.id, width: box.width, height: box.height };
  });
}

/** A way back is laid out as one forth, so that what it comes back to stands above; its route is turned round again. */
function elkEdge({ from, to, kind }: PictureEdge, index: number, text: readonly string[]): ElkExtendedEdge {
  const id = `e${index}`;
  const [source, target] = kind === 'again' ? [to, from] : [from, to];
  const ends = { id, sources: [source], targets: [target] };
  if (text.length === 0) return ends;
  const width = Math.max(...text.map(widthOf));
  return { ...ends, labels: [{ text: id, width, height: text.length * lineHeight }] };
}

function collect(nodes: readonly ElkNode[], placed: Map<string, Placed>): void {
  for (const { id, x = 0, y = 0, width = 0, height = 0, children = [] } of nodes) {
    placed.set(id, { x, y, width, height });
    collect(children, placed);
  }
}

function flat(members: readonly PictureMember[]): { nodes: PictureNode[]; groups: PictureGroup[] } {
  const nodes: PictureNode[] = [];
  const groups: PictureGroup[] = [];
  for (const member of members) {
    if (!isGroup(member)) nodes.push(member);
    else {
      const inner = flat(member.members);
      groups.push(member, ...inner.groups);
      nodes.push(...inner.nodes);
    }
  }
  return { nodes, groups };
}

function routeOf(
  edge: ElkExtendedEdge | undefined,
  isTurned: boolean,
): { points: Point[]; labelAt: Point | undefined } {
  const [section] = edge?.sections ?? [];
  const [label] = edge?.labels ?? [];
  const points = section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : [];
  const forth = points.map(({ x, y }) => ({ x, y }));
  return {
    points: isTurned ? forth.toReversed() : forth,
    labelAt: label && { x: label.x ?? 0, y: label.y ?? 0 },
  };
}

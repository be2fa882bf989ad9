// A picture as a Mermaid flowchart. Text from playbooks is written as character codes wherever it is not plain letters,
// so that no title can end a label, open a directive or become HTML.

import { assertNever } from '../core/assert-never.ts';
import { isGroup, type NodeKind, nodesOf, type Picture, type PictureEdge, type PictureMember } from './picture.ts';
import { wrap } from './wrap.ts';

const lineWidth = 40;
const labelWidth = 28;
const mostLines = 3;

/** Fills are light and texts dark, so that they can be read on a light page and on a dark one. */
const classes = {
  terminal: 'fill:#e2e8f0,stroke:#64748b,color:#0f172a',
  stop: 'fill:#fee2e2,stroke:#b91c1c,color:#450a0a',
  auto: 'fill:#dcfce7,stroke:#15803d,color:#052e16',
  approve: 'fill:#fef3c7,stroke:#b45309,color:#451a03',
  speak: 'fill:#f1f5f9,stroke:#64748b,color:#0f172a,stroke-dasharray:4 3',
  people: 'fill:#dbeafe,stroke:#1d4ed8,color:#172554',
  flow: 'fill:#f8fafc,stroke:#64748b,color:#0f172a',
} as const;

export function mermaidOf(picture: Picture): string {
  const nodes = nodesOf(picture.members);
  const classLines = (Object.keys(classes) as (keyof typeof classes)[]).flatMap((name) => {
    const ids = nodes.filter((node) => classOf(node.kind, node.level) === name).map(({ id }) => id);
    return ids.length === 0 ? [] : [`  classDef ${name} ${classes[name]}`, `  class ${ids.join(',')} ${name}`];
  });
  const lines = [
    'flowchart TD',
    ...members(picture.members, '  '),
    ...picture.edges.map((edge) => `  ${arrow(edge)}`),
    ...classLines,
  ];
  return `${lines.join('\n')}\n`;
}

function members(all: readonly PictureMember[], indent: string): string[] {
  return all.flatMap((member) => {
    if (!isGroup(member)) return [`${indent}${member.id}${shape(member.kind, label(member.lines, lineWidth))}`];
    if (member.members.length === 0) return [];
    return [
      `${indent}subgraph ${member.id}["${label([member.label], lineWidth)}"]`,
      ...members(member.members, `${indent}  `),
      `${indent}end`,
    ];
  });
}

function arrow({ from, to, label: text, kind }: PictureEdge): string {
  const said = text === undefined ? '' : `|"${label([text], labelWidth)}"|`;
  return `${from} ${kind === 'flow' ? '-->' : '-.->'}${said} ${to}`;
}

function shape(kind: NodeKind, text: string): string {
  switch (kind) {
    case 'start':
    case 'end':
    case 'stop':
    case 'wait':
      return `(["${text}"])`;
    case 'action':
    case 'set':
    case 'cut':
      return `["${text}"]`;
    case 'approve':
    case 'decision':
      return `{{"${text}"}}`;
    case 'ask':
    case 'notify':
      return `[/"${text}"/]`;
    case 'use':
      return `[["${text}"]]`;
    case 'fork':
    case 'join':
    case 'loop':
      return `("${text}")`;
    default:
      return assertNever(kind);
  }
}

export type PictureClass = keyof typeof classes;

export function classOf(kind: NodeKind, level: string | undefined): PictureClass {
  if (kind === 'action') return level === 'auto' || level === 'approve' ? level : 'speak';
  if (kind === 'start' || kind === 'end') return 'terminal';
  if (kind === 'stop') return 'stop';
  if (kind === 'approve') return 'approve';
  return kind === 'ask' || kind === 'notify' ? 'people' : 'flow';
}

const label = (lines: readonly string[], width: number): string =>
  lines
    .flatMap((line) => wrap(line, width, mostLines))
    .map(escaped)
    .join('<br/>');

/** Mermaid's own form of a character reference is `#decimal;`. */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} ,.]/gu, (character) => `#${character.codePointAt(0)};`);
}

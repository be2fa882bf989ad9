// A picture as one SVG file that needs nothing else: no script, no font, no link. It follows the reader's light or dark
// theme. Text from playbooks is escaped and wrapped to the width of its box.

import type { LaidOutGroup, LaidOutNode, LaidOutPicture, Point } from './layout.ts';
import { classOf } from './mermaid.ts';
import type { PictureEdge } from './picture.ts';
import { lineHeight, padding } from './text-box.ts';

const margin = 24;
const titleHeight = 40;

const style = `
:root{color-scheme:light dark}
svg{--page:#ffffff;--text:#0f172a;--soft:#475569;--line:#64748b;--group:#f8fafc;--border:#cbd5e1;--terminal:#e2e8f0;--stop:#fee2e2;--stop-line:#b91c1c;--auto:#dcfce7;--auto-line:#15803d;--approve:#fef3c7;--approve-line:#b45309;--speak:#f1f5f9;--people:#dbeafe;--people-line:#1d4ed8;--flow:#ffffff}
@media (prefers-color-scheme:dark){svg{--page:#0b1220;--text:#e2e8f0;--soft:#a3b1c6;--line:#8394ab;--group:#111a2b;--border:#334155;--terminal:#1e293b;--stop:#3f1518;--stop-line:#f87171;--auto:#0f2e1c;--auto-line:#4ade80;--approve:#3a2a0a;--approve-line:#fbbf24;--speak:#172033;--people:#142849;--people-line:#60a5fa;--flow:#0f192b}}
text{font:13px ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--text)}
.title{font-size:18px;font-weight:600}.name{font-weight:600}.more,.group-label,.edge-label{fill:var(--soft);font-size:12px}
.group-label{font-weight:600}.edge-label{stroke:var(--page);stroke-width:4px;paint-order:stroke;stroke-linejoin:round}
.page{fill:var(--page)}.group{fill:var(--group);stroke:var(--border)}.failure-group{stroke:var(--stop-line);stroke-dasharray:5 4}
.box{stroke:var(--line);stroke-width:1.3}.terminal{fill:var(--terminal)}.stop{fill:var(--stop);stroke:var(--stop-line)}
.auto{fill:var(--auto);stroke:var(--auto-line)}.approve{fill:var(--approve);stroke:var(--approve-line)}
.speak{fill:var(--speak);stroke-dasharray:4 3}.people{fill:var(--people);stroke:var(--people-line)}.flow{fill:var(--flow)}
.edge{fill:none;stroke:var(--line);stroke-width:1.4}.edge-failure{stroke:var(--stop-line);stroke-dasharray:5 4}.edge-again{stroke-dasharray:2 3}
.head{fill:var(--line)}.head-failure{fill:var(--stop-line)}`;

export function svgOf(picture: LaidOutPicture): string {
  const width = Math.ceil(picture.width + margin * 2);
  const height = Math.ceil(picture.height + margin * 2 + titleHeight);
  const head = (id: string): string =>
    `<marker id="${id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="${id}" d="M0 0 10 5 0 10z"/></marker>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title id="title">${escaped(picture.title)}</title>`,
    `<style>${style}</style>`,
    `<defs>${head('head')}${head('head-failure')}</defs>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<text class="title" x="${margin}" y="${margin + 14}">${escaped(picture.title)}</text>`,
    `<g transform="translate(${margin} ${margin + titleHeight})">`,
    ...picture.groups.map(group),
    ...picture.edges.map(edge),
    ...picture.nodes.map(node),
    ...picture.edges.flatMap(edgeLabel),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function group({ kind, label, x, y, width, height }: LaidOutGroup): string {
  const look = kind === 'failure' ? 'group failure-group' : 'group';
  const box = `<rect class="${look}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="10"/>`;
  return `${box}<text class="group-label" x="${n(x + 12)}" y="${n(y + 20)}">${escaped(label)}</text>`;
}

function node({ kind, level, text, x, y, width, height }: LaidOutNode): string {
  const look = `box ${classOf(kind, level)}`;
  const middle = n(x + width / 2);
  const lines = text.map(({ line, isName }, index) => {
    const top = y + padding.y + lineHeight * (index + 0.75);
    return `<text class="${isName ? 'name' : 'more'}" x="${middle}" y="${n(top)}" text-anchor="middle">${escaped(line)}</text>`;
  });
  return `<g>${outline(kind, look, { x, y, width, height })}${lines.join('')}</g>`;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function outline(kind: LaidOutNode['kind'], look: string, { x, y, width, height }: Box): string {
  if (kind === 'decision' || kind === 'approve') {
    const cut = 14;
    const points = [
      [x + cut, y],
      [x + width - cut, y],
      [x + width, y + height / 2],
      [x + width - cut, y + height],
      [x + cut, y + height],
      [x, y + height / 2],
    ];
    return `<polygon class="${look}" points="${points.map(([a = 0, b = 0]) => `${n(a)},${n(b)}`).join(' ')}"/>`;
  }
  const isRound = kind === 'start' || kind === 'end' || kind === 'stop' || kind === 'wait';
  const box = `<rect class="${look}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="${isRound ? n(Math.min(height / 2, 24)) : 6}"/>`;
  if (kind !== 'use') return box;
  const bar = (at: number): string => `<path class="edge" d="M${n(at)} ${n(y)}V${n(y + height)}"/>`;
  return `${box}${bar(x + 6)}${bar(x + width - 6)}`;
}

function edge({ kind, points }: LaidOutPicture['edges'][number]): string {
  const marker = kind === 'failure' ? 'head-failure' : 'head';
  return `<path class="edge edge-${kind satisfies PictureEdge['kind']}" d="${path(points)}" marker-end="url(#${marker})"/>`;
}

/** Corners are rounded a little, so that lines that cross can be told apart. */
function path(points: readonly Point[]): string {
  const [first, ...others] = points;
  if (!first) return '';
  const parts = others.map((point, index) => {
    const before = points[index] ?? first;
    const after = others[index + 1];
    if (!after) return `L${n(point.x)} ${n(point.y)}`;
    const start = towards(point, before);
    const end = towards(point, after);
    return `L${n(start.x)} ${n(start.y)}Q${n(point.x)} ${n(point.y)} ${n(end.x)} ${n(end.y)}`;
  });
  return `M${n(first.x)} ${n(first.y)}${parts.join('')}`;
}

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const part = length === 0 ? 0 : Math.min(7, length / 2) / length;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

function edgeLabel({ text, labelAt }: LaidOutPicture['edges'][number]): string[] {
  if (!labelAt) return [];
  return text.map(
    (line, index) =>
      `<text class="edge-label" x="${n(labelAt.x)}" y="${n(labelAt.y + lineHeight * (index + 0.75))}">${escaped(line)}</text>`,
  );
}

const n = (value: number): string => String(Math.round(value * 10) / 10);

function escaped(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.codePointAt(0)};`);
}

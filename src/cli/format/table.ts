// Aligned tables. On a terminal the widest flexible column gives way; in a pipe nothing is cut.

import type { Terminal } from '../terminal.ts';
import { clean, cutTo, padTo, widthOf } from './text.ts';

export interface Column<Row> {
  title: string;
  value(row: Row): string;
  style?(row: Row): Style;
  /** May be cut when the terminal is too narrow. Ids never are: people copy them. */
  flexible?: boolean;
}

export type Style = Parameters<Terminal['style']>[0];

const gap = '  ';
const leastFlexible = 12;

export function printTable<Row>(terminal: Terminal, rows: readonly Row[], columns: readonly Column<Row>[]): void {
  const cells = rows.map((row) => columns.map((column) => clean(column.value(row))));
  const widths = fit(
    columns.map((column, at) => Math.max(widthOf(column.title), ...cells.map((line) => widthOf(line[at] ?? '')))),
    columns.map((column) => column.flexible === true),
    terminal.columns,
  );
  const line = (texts: string[], style: (at: number) => Style): void => {
    const styled = texts.map((text, at) => {
      const cut = cutTo(text, widths[at] ?? 0);
      const shown = terminal.style(style(at), cut);
      return at === texts.length - 1 ? shown : shown + padTo('', (widths[at] ?? 0) - widthOf(cut));
    });
    terminal.line(styled.join(gap).trimEnd());
  };
  line(
    columns.map((column) => column.title),
    () => 'dim',
  );
  rows.forEach((row, index) => {
    line(cells[index] ?? [], (at) => columns[at]?.style?.(row) ?? 'reset');
  });
}

function fit(widths: number[], flexible: boolean[], columns: number | undefined): number[] {
  if (columns === undefined) return widths;
  const fitted = [...widths];
  let excess = fitted.reduce((sum, width) => sum + width + gap.length, -gap.length) - columns;
  while (excess > 0) {
    const candidates = fitted.map((width, at) => (flexible[at] ? width : 0));
    const widest = candidates.indexOf(Math.max(...candidates));
    const width = candidates[widest] ?? 0;
    if (width <= leastFlexible) break;
    fitted[widest] = width - 1;
    excess -= 1;
  }
  return fitted;
}

/** Names and values under each other: `Service   checkout`. Values that are null are left out. */
export function printFields(terminal: Terminal, fields: readonly (readonly [string, string | null])[]): void {
  const shown = fields.filter((field): field is [string, string] => field[1] !== null);
  const width = Math.max(...shown.map(([title]) => title.length));
  for (const [title, value] of shown) terminal.line(`${terminal.style('dim', padTo(title, width))}${gap}${value}`);
}

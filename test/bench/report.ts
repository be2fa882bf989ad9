// The rows of a run: as a table for people and as JSON for programs.

export type Goal = { of: 'ratio' | 'value'; is: 'at least' | 'at most'; limit: number };

export interface Row {
  name: string;
  unit: string;
  value: number;
  /** What the same took or gave without Firebreak, in the same run; null where nothing compares. */
  floor: number | null;
  /** What the floor is. */
  beside: string | null;
  goal: Goal | null;
}

export const ratioOf = ({ value, floor }: Row): number | null => (floor ? value / floor : null);

export const atLeast = (of: Goal['of'], limit: number): Goal => ({ of, is: 'at least', limit });
export const atMost = (of: Goal['of'], limit: number): Goal => ({ of, is: 'at most', limit });

/** Null where there is no goal, or no floor to compare with. */
export function isMet(row: Row): boolean | null {
  if (!row.goal) return null;
  const { of, is, limit } = row.goal;
  const found = of === 'ratio' ? ratioOf(row) : row.value;
  if (found === null) return null;
  return is === 'at least' ? found >= limit : found <= limit;
}

export function toJson(rows: readonly Row[]): string {
  const shown = rows.map((row) => {
    const { name, unit, value, floor } = row;
    return { name, unit, value, floor, ratio: ratioOf(row) };
  });
  return `${JSON.stringify({ rows: shown }, null, 2)}\n`;
}

/** A Markdown table, aligned, so that a terminal and a page show it alike. */
export function toTable(rows: readonly Row[]): string {
  const head = ['row', 'value', 'floor', 'ratio', 'goal', ''];
  const lines = rows.map((row) => [
    row.name,
    `${figure(row.value)} ${row.unit}`.trim(),
    row.floor === null ? '' : `${figure(row.floor)}${row.beside ? ` (${row.beside})` : ''}`,
    ratioText(row),
    goalText(row),
    isMet(row) === null ? '' : isMet(row) ? 'met' : 'missed',
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, 3, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  return line(head) + line(widths.map((width) => '-'.repeat(width))) + lines.map(line).join('');
}

function ratioText(row: Row): string {
  const ratio = ratioOf(row);
  return ratio === null ? '' : `${figure(ratio)} ×`;
}

function goalText({ goal, unit }: Row): string {
  if (!goal) return '';
  const sign = goal.is === 'at least' ? '≥' : '≤';
  return `${sign} ${figure(goal.limit)} ${goal.of === 'ratio' ? '×' : unit}`.trim();
}

/** Three significant digits: more would be noise. */
export function figure(value: number): string {
  return value.toLocaleString('en', {
    maximumSignificantDigits: Math.abs(value) < 1_000 ? 3 : 15,
    maximumFractionDigits: 0,
    roundingPriority: Math.abs(value) < 1_000 ? 'morePrecision' : 'lessPrecision',
  });
}

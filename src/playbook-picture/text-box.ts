// How large a text is when it is drawn, without a browser to ask: a little too large rather than too small.

import { wrap } from './wrap.ts';

export const lineHeight = 17;
export const padding = { x: 18, y: 9 } as const;

const widestLine = 38;
const mostLines = 3;

export interface TextLine {
  line: string;
  isName: boolean;
}

export interface TextBox {
  text: TextLine[];
  width: number;
  height: number;
}

export function textBox(lines: readonly string[]): TextBox {
  const text = lines.flatMap((whole, index) =>
    wrap(whole, widestLine, mostLines).map((line) => ({ line, isName: index === 0 })),
  );
  const widest = Math.max(...text.map(({ line, isName }) => widthOf(line) * (isName ? 1.08 : 0.95)), 60);
  return { text, width: widest + padding.x * 2, height: text.length * lineHeight + padding.y * 2 };
}

/** Pixels of a line in a sans-serif of 13 pixels. */
export function widthOf(line: string): number {
  let width = 0;
  for (const character of line) width += widthOfCharacter(character);
  return width;
}

function widthOfCharacter(character: string): number {
  if (/[ilIj.,:;'|!]/.test(character)) return 4;
  if (/[mwMW@%]/.test(character)) return 12;
  if (/[A-Z]/.test(character)) return 9;
  return /[\u0020-\u024f]/.test(character) ? 7.4 : 14;
}

// Text from outside made fit for a terminal: it must neither move the cursor nor change colours.

// They turn the reading direction, so that what is shown is not what is meant.
const unsafe = /[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;

/** One line, without control characters. */
export const clean = (text: string): string => text.replace(unsafe, (found) => (/\s/.test(found) ? ' ' : ''));

/** Keeps line ends and tabs. */
export const cleanLines = (text: string): string =>
  text.replace(unsafe, (found) => (found === '\n' || found === '\t' ? found : ''));

const wide =
  /\p{Emoji_Presentation}|[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\uff01-\uff60]/u;
const narrow = /^[\x20-\x7e]*$/;

/** Columns that a clean text takes. */
export function widthOf(text: string): number {
  if (narrow.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += /\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** Cut to so many columns, with … where something is missing. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += widthOf(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

export const padTo = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

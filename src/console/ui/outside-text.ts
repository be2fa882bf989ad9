// Text from outside, made readable as what it is: characters that cannot be seen, or that turn the reading order of the
// rest around, are written out, so that nobody approves something that looks like something else.

const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be found.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** `a\u202eb` → `a[U+202E]b`. */
export const visible = (text: string): string =>
  text.replace(unseen, (character) => `[U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);

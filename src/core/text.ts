// Text from outside, made fit to be stored, digested and shown on one line.

/** At most `length` characters, none of them NUL (which Postgres cannot keep) or half a surrogate pair. */
export function cutText(text: string, length: number): string {
  return text.slice(0, length).replaceAll('\0', '\ufffd').toWellFormed();
}

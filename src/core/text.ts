// Text from outside, made fit to be stored, digested and shown on one line.

/** At most `length` characters, none of them NUL (which Postgres cannot keep) or half a surrogate pair. */
export function cutText(text: string, length: number): string {
  return text.slice(0, length).replaceAll('\0', '\ufffd').toWellFormed();
}

// Controls, line separators, and format characters that hide text or turn its direction (Trojan Source).
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]+/gu;

/** One line of visible text; what is cut off ends in "…". */
export function plainLine(text: string, length = 300): string {
  // Cut before and after: a long text is not searched to its end.
  const line = cutText(text, length * 4)
    .replace(unseen, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return line.length > length ? `${cutText(line, length - 1)}…` : line;
}

const unitsMs = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** The two greatest units: `2 h 5 min`, `40 s`, `0 s`. */
export function durationText(ms: number): string {
  const first = unitsMs.findIndex(([, unitMs]) => ms >= unitMs);
  if (first < 0) return '0 s';
  let left = ms;
  const parts = unitsMs.slice(first, first + 2).flatMap(([unit, unitMs]) => {
    const count = Math.floor(left / unitMs);
    left -= count * unitMs;
    return count > 0 ? [`${count} ${unit}`] : [];
  });
  return parts.join(' ');
}

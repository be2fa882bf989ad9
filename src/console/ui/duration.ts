// Durations in words, as short as they can be read at a glance. Two units at most.

const units = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/** `2 h 10 min`, `45 s`, `3 d`; never negative. Rounds down, so that a deadline is never shown as later than it is. */
export function durationText(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1_000)) * 1_000;
  const first = units.findIndex((unit) => whole >= unit.ms);
  const unit = units[first];
  if (!unit) return '0 s';
  const count = Math.floor(whole / unit.ms);
  const next = units[first + 1];
  const rest = next ? Math.floor((whole % unit.ms) / next.ms) : 0;
  return next && rest > 0 ? `${count} ${unit.name} ${rest} ${next.name}` : `${count} ${unit.name}`;
}

/** Coarse, for ages: one unit, and no seconds. */
export function ageText(ms: number): string {
  if (ms < 60_000) return 'just now';
  const unit = units.find(({ ms: unitMs }) => ms >= unitMs);
  return unit ? `${Math.floor(ms / unit.ms)} ${unit.name} ago` : 'just now';
}

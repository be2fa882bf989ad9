// Which samples there are, by the registry of sources.

import { nearestName } from '../actions/lib/nearest-name.ts';
import type { Sample, Source } from '../sources/source.ts';
import { CliError } from './errors.ts';

const resolvedSuffix = '-resolved';
export const isResolved = (sample: string): boolean => sample.endsWith(resolvedSuffix);
export const resolvedOf = (sample: string): string => (isResolved(sample) ? sample : sample + resolvedSuffix);

export async function registeredSources(): Promise<Source[]> {
  const { sources } = await import('../sources/index.ts');
  return [...sources.values()];
}

/** @throws CliError `unknown_source`, which names the nearest */
export async function sourceOf(name: string): Promise<Source> {
  const all = await registeredSources();
  const found = all.find((source) => source.name === name);
  if (found) return found;
  throw unknown(
    'source',
    name,
    all.map((source) => source.name),
  );
}

/** @throws CliError `unknown_sample`, which names the nearest */
export function sampleOf({ samples }: Source, name: string): Sample {
  const found = Object.hasOwn(samples, name) ? samples[name] : undefined;
  if (found) return found;
  throw unknown(
    'sample',
    name,
    Object.keys(samples).filter((sample) => !isResolved(sample)),
  );
}

function unknown(what: string, name: string, known: readonly string[]): CliError {
  const near = nearestName(name, known);
  const hint = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`;
  return new CliError(`unknown_${what}`, `There is no ${what} ${name}: ${hint}`, { usage: true });
}

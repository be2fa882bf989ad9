// Identifiers of CACAO objects, derived: the same playbook exported twice has the same ones, so that exports compare.

import { sha256Hex } from '../core/canonical.ts';

export function identifierOf(type: string, ...parts: string[]): string {
  const hash = sha256Hex(JSON.stringify([type, ...parts]));
  const variant = '89ab'[Number.parseInt(hash[16] ?? '0', 16) % 4];
  const groups = [hash.slice(0, 8), hash.slice(8, 12), `4${hash.slice(13, 16)}`, `${variant}${hash.slice(17, 20)}`];
  return `${type}--${[...groups, hash.slice(20, 32)].join('-')}`;
}

export const extensionId = identifierOf('extension-definition', 'firebreak');
export const firebreakIdentity = identifierOf('identity', 'firebreak');

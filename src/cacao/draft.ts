// The playbook that an import is making: ids that are free, and what people are to be warned of.

import { slug } from './words.ts';

/** A step as people write it: the schema of the playbook reads it. */
export type Written = Record<string, unknown> & { id: string };

/** A playbook that cannot be brought over as a whole. */
export class CacaoError extends Error {
  readonly code = 'cacao_unsupported';
}

export class Draft {
  readonly warnings: string[] = [];
  readonly #ids = new Set<string>();

  warn(text: string): void {
    this.warnings.push(text);
  }

  /** An id for a step that is called so. */
  id(name: string | undefined): string {
    const base = slug(name ?? 'step', 'step').slice(0, 34);
    let id = base;
    for (let n = 2; this.#ids.has(id); n += 1) id = `${base}-${n}`;
    this.#ids.add(id);
    return id;
  }
}

/** With its title, where there is one. */
export const titled = (id: string, title: string | undefined, rest: Record<string, unknown>): Written => ({
  id,
  ...(title !== undefined && { title }),
  ...rest,
});

import { describe, expect, it } from 'vitest';
import type { PlanFolder } from '../../src/catalog/catalog.ts';
import { catalogs, readServices } from '../../src/catalog/index.ts';

const checkout = { name: 'checkout', aliases: [], tier: 1, depends_on: [], runbooks: [] };

/** A folder whose files are given. */
const folderOf = (files: Record<string, unknown>): PlanFolder => ({
  read: async (file, schema) => schema.safeParse(files[file]).data,
});

describe('the catalogs', () => {
  it.each([...catalogs])('%s has a title and its own name', (name, catalog) => {
    expect(catalog.name).toBe(name);
    expect(catalog.title).not.toBe('');
  });

  it('give the services of catalog/services.yaml, with their defaults', async () => {
    const folder = folderOf({ 'catalog/services.yaml': { services: [{ name: 'checkout', tier: 1 }] } });
    expect(await readServices(folder)).toEqual([checkout]);
  });

  it('give nothing when one of them cannot be read, rather than a part', async () => {
    expect(await readServices(folderOf({}))).toBeUndefined();
  });
});

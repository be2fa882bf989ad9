// The catalog that needs no other system: catalog/services.yaml of the response plan.

import { planFiles } from '../core/plan/response-plan.ts';
import type { Services } from '../core/plan/services.ts';
import type { Catalog } from './catalog.ts';

const { path, schema } = planFiles.catalog;

export const files: Catalog = {
  name: 'files',
  title: 'Files of the response plan',
  services: async (folder) => (await folder.read<Services>(path, schema))?.services,
};

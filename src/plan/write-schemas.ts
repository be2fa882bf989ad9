// Writes response-plan/schemas. Run it after a change of the plan's types or of an action's parameters.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { descriptions } from '../actions/descriptions/index.ts';
import { planSchemas } from './schemas.ts';

const folder = join(import.meta.dirname, '../../response-plan/schemas');
await mkdir(folder, { recursive: true });
for (const [name, text] of planSchemas(descriptions)) await writeFile(join(folder, name), text);

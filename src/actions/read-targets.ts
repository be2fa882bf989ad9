// Reads the targets file of the privileged worker. No file means that nothing is real.

import { readFile } from 'node:fs/promises';
import { noTargets, parseTargets, type Targets } from './targets.ts';

/** @throws YamlFileError naming the place; what reading the file throws, except that it is not there */
export async function readTargets(file: string): Promise<Targets> {
  try {
    return parseTargets(await readFile(file, 'utf8'), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return noTargets;
    throw error;
  }
}

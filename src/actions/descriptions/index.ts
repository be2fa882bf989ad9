// What is known of every action before anything acts: for checking, planning, showing and simulating. Nothing that acts
// can be reached from here; a test holds it.

import { type ActionDescription, anyParams } from '../description.ts';
import { blockIpDescription } from './block-ip.ts';
import { httpCheckDescription } from './http-check.ts';
import { restartServiceDescription } from './restart-service.ts';
import { restoreDescription } from './restore.ts';
import { rollbackServiceDescription } from './rollback-service.ts';
import { runCommandDescription } from './run-command.ts';
import { snapshotDescription } from './snapshot.ts';

export const descriptions: ReadonlyMap<string, ActionDescription> = new Map(
  [
    anyParams(blockIpDescription),
    anyParams(httpCheckDescription),
    anyParams(restartServiceDescription),
    anyParams(rollbackServiceDescription),
    anyParams(runCommandDescription),
    anyParams(snapshotDescription),
    anyParams(restoreDescription),
  ].map((description) => [description.name, description]),
);

// Sends a command to one incident.

import { useCallback } from 'react';
import type { CommandRequest } from '../../contract/api/index.ts';
import { useAsking } from '../api/ask.tsx';
import { path } from '../api/client.ts';

/** `done` is what people are told when it is done. The promise rejects with the refusal. */
export type SendCommand = (request: CommandRequest, done: string) => Promise<void>;

export function useCommand(incidentId: string): SendCommand {
  const { ask } = useAsking();
  return useCallback(
    (request, done) => ask(path('incidents', incidentId, 'commands'), request, done),
    [ask, incidentId],
  );
}

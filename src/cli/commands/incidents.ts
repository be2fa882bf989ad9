import type { DefineCommand } from '../cli.ts';
import { group } from '../options.ts';
import { answer } from './incidents/answer.ts';
import { changes } from './incidents/changes.ts';
import { list } from './incidents/list.ts';
import { report } from './incidents/report.ts';
import { retry, run, settle, start } from './incidents/run.ts';
import { show } from './incidents/show.ts';
import { timeline } from './incidents/timeline.ts';
import { watch } from './incidents/watch.ts';

export const incidents: DefineCommand = (cli) => {
  const incidents = group('incidents', 'what happens, and what you do about it');
  incidents.commandsGroup('Look:');
  for (const define of [list, show, timeline, watch, report]) incidents.addCommand(define(cli));
  incidents.commandsGroup('Act:');
  for (const define of [...changes, run, start, settle, answer, retry]) incidents.addCommand(define(cli));
  return incidents;
};

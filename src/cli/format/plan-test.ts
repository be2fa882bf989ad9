// Results of plan tests: expected beside actual, then the timeline with what was expected under the event it is about.

import type { IncidentEvent } from '../../core/incident/events.ts';
import { eventLine } from '../../core/report/describe-event.ts';
import type { Observed } from '../../plan-test/observed.ts';
import type { TestResult } from '../../plan-test/run-tests.ts';
import { elapsedText } from '../../plan-test/time.ts';
import type { Terminal } from '../terminal.ts';
import { printTable } from './table.ts';
import { clean, cutTo, padTo } from './text.ts';

const timeWidth = 8;
const usualWidth = 120;

export function printFailure(terminal: Terminal, result: TestResult): void {
  const { file, line, name, differences, error, seen } = result;
  terminal.line(`${terminal.style('red', 'FAIL')} ${file}:${line} ${terminal.style('bold', clean(name))}`);
  if (error !== undefined) terminal.line(`  ${clean(error)}`);
  if (differences.length > 0) {
    terminal.line();
    printTable(terminal, differences, [
      { title: '  WHERE', value: (one) => `  ${file}:${one.line}:${one.column}` },
      { title: 'WHAT', value: ({ path }) => placeOf(path) },
      { title: 'EXPECTED', value: ({ expected }) => expected, style: () => 'green', flexible: true },
      { title: 'ACTUAL', value: ({ actual }) => actual, style: () => 'red', flexible: true },
    ]);
  }
  if (seen) printTimeline(terminal, result, seen);
  terminal.line();
}

/** `steps.block`: the expectation without the word itself. */
const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .filter((key) => key !== 'expect')
    .map(String)
    .join('.');

function printTimeline(terminal: Terminal, { differences }: TestResult, seen: Observed): void {
  terminal.line();
  terminal.line('  TIMELINE');
  const width = (terminal.columns ?? usualWidth) - timeWidth - 5;
  for (const [index, event] of seen.events.entries()) {
    const here = differences.filter((one) => one.event === index);
    const mark = here.length > 0 ? terminal.style('red', '✗') : ' ';
    const text = cutTo(clean(lineOf(event)), width);
    terminal.line(`  ${mark} ${padTo(elapsedText(seen, event.at), timeWidth)} ${text}`);
    for (const { path, expected } of here) {
      const wanted = cutTo(clean(`expected ${placeOf(path)}: ${expected}`), width);
      terminal.line(`    ${padTo('', timeWidth)} ${terminal.style('green', wanted)}`);
    }
  }
}

const lineOf = (event: IncidentEvent): string => {
  const by = event.actor === 'firebreak' ? '' : ` (${event.actor})`;
  return `${eventLine(event)}${by}`;
};

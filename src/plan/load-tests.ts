// Reads tests/*.yaml of a response plan: what the plan should do, checked as the plan itself is.

import { type PlanTestFile, planTestFile } from '../core/plan/plan-test.ts';
import { listYamlFiles } from './list-files.ts';
import type { PlanProblem } from './problem.ts';
import { inOrder, Reading } from './reading.ts';

export interface LoadedTests {
  /** Path in the folder: `tests/brute-force.yaml`. */
  path: string;
  file: PlanTestFile;
  /** Of a place in the file. */
  lineOf(path: readonly PropertyKey[]): { line: number; column: number };
}

export type TestsCheck = { ok: true; loaded: LoadedTests[] } | { ok: false; problems: PlanProblem[] };

/** Why an alert cannot be made of what is written; undefined when one can. */
export type AlertProblem = (
  alert: PlanTestAlert,
) => { message: string; wrong?: string; known?: readonly string[] } | undefined;
type PlanTestAlert = NonNullable<PlanTestFile['alerts']>[number];

/** @param problemOfAlert what its source says of an alert */
export async function loadTests(folder: string, problemOfAlert: AlertProblem): Promise<TestsCheck> {
  const { files } = await listYamlFiles(folder);
  const reading = new Reading(folder, files);
  const loaded: LoadedTests[] = [];
  for (const path of files.filter((one) => one.startsWith('tests/'))) {
    const file = await reading.read(path, planTestFile);
    if (!file) continue;
    checkTests(path, file, reading, problemOfAlert);
    const lineOf: LoadedTests['lineOf'] = (place) =>
      reading.locate({ file: path, path: place, message: '' }, 'plan_schema');
    loaded.push({ path, file, lineOf });
  }
  return reading.problems.length > 0 ? { ok: false, problems: inOrder(reading.problems) } : { ok: true, loaded };
}

function checkTests(path: string, file: PlanTestFile, reading: Reading, problemOfAlert: AlertProblem): void {
  const names = new Set<string>();
  const people = Object.keys(file.people);
  const checkAlert = (alert: PlanTestAlert | undefined, place: PropertyKey[]): void => {
    const problem = alert && problemOfAlert(alert);
    if (problem) reading.refuse({ file: path, path: place, ...problem }, 'plan_reference');
  };
  for (const [index, alert] of (file.alerts ?? []).entries()) checkAlert(alert, ['alerts', index]);
  const checkName = (name: string, place: PropertyKey[]): void => {
    if (names.has(name)) {
      reading.refuse({ file: path, path: place, message: 'there is a test of this name already: give it its own' });
    }
    names.add(name);
  };
  if (file.tests.length + file.withholding.length + file.arrivals.length === 0) {
    reading.refuse({ file: path, path: [], message: 'there is no test: write "tests", "withholding" or "arrivals"' });
  }
  for (const [index, test] of file.arrivals.entries()) {
    const at = (...place: PropertyKey[]): PropertyKey[] => ['arrivals', index, ...place];
    checkName(test.name, at('name'));
    for (const [nth, { alert }] of test.alerts.entries()) checkAlert(alert, at('alerts', nth, 'alert'));
    checkPlaces(path, test, at, reading);
  }
  for (const [index, { name, alert, while_firing }] of file.withholding.entries()) {
    checkName(name, ['withholding', index, 'name']);
    checkAlert(alert, ['withholding', index, 'alert']);
    for (const [nth, one] of while_firing.entries()) checkAlert(one, ['withholding', index, 'while_firing', nth]);
  }
  for (const [index, test] of file.tests.entries()) {
    const at = (...place: PropertyKey[]): PropertyKey[] => ['tests', index, ...place];
    checkName(test.name, at('name'));
    if (!test.alerts && !file.alerts) {
      reading.refuse({
        file: path,
        path: at(),
        message: 'no alert opens the incident: write "alerts" here or for the file',
      });
    }
    for (const [nth, alert] of (test.alerts ?? []).entries()) checkAlert(alert, at('alerts', nth));
    for (const [nth, event] of test.events.entries()) {
      checkAlert(event.alert, at('events', nth, 'alert'));
      if (event.by === undefined || people.includes(event.by)) continue;
      const message = `there is no "${event.by}" among the people`;
      reading.refuse(
        { file: path, path: at('events', nth, 'by'), message, wrong: event.by, known: people },
        'plan_reference',
      );
    }
  }
}

type Arrivals = PlanTestFile['arrivals'][number];

function checkPlaces(
  file: string,
  test: Arrivals,
  at: (...place: PropertyKey[]) => PropertyKey[],
  reading: Reading,
): void {
  const { alerts, expect } = test;
  const named = [
    ...(expect.incidents ?? []).flatMap((all, nth) =>
      all.map((alert, inner) => ({ alert, path: at('expect', 'incidents', nth, inner) })),
    ),
    ...(expect.withheld ?? []).map(({ alert }, nth) => ({ alert, path: at('expect', 'withheld', nth, 'alert') })),
  ];
  for (const { alert, path } of named) {
    if (alert <= alerts.length) continue;
    reading.refuse({ file, path, message: `there is no alert ${alert}: there are ${alerts.length}` }, 'plan_reference');
  }
}

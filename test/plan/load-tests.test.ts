import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../src/plan/load.ts';
import { describeProblem, PlanError } from '../../src/plan/problem.ts';
import { runPlanTests } from '../../src/plan-test/run-tests.ts';
import { run } from '../cli/command-line.ts';
import { planFolder } from './folder.ts';

const good = 'alerts: [{ title: A }]\ntests:\n  - name: a\n';

/** What is said of the file; nothing is started for a wrong one. */
async function problemsOf(text: string): Promise<string[]> {
  await using folder = await planFolder({ 'tests/a.yaml': text });
  const failed = await runPlanTests({ folder: folder.path, filter: 'nothing' }).catch((error: unknown) => error);
  return failed instanceof PlanError ? failed.problems.map(describeProblem) : [];
}

describe('a file of plan tests', () => {
  it('is right', async () => {
    expect(await problemsOf(`${good}    expect: {}\n`)).toEqual([]);
  });

  it.each([
    [
      'no test',
      'alerts: [{ title: A }]\n',
      ['tests/a.yaml:1:1: there is no test: write "tests", "withholding" or "arrivals"'],
    ],
    [
      'an arrival that is not there',
      'arrivals:\n  - name: a\n    alerts: [{ alert: { title: A } }]\n    expect: { incidents: [[1, 2]], withheld: [{ alert: 3, why: silenced }] }\n',
      [
        'tests/a.yaml:4:31 arrivals[0].expect.incidents[0][1]: there is no alert 2: there are 1',
        'tests/a.yaml:4:56 arrivals[0].expect.withheld[0].alert: there is no alert 3: there are 1',
      ],
    ],
    [
      'an arrival that is no alert, and a matcher that is none',
      'arrivals:\n  - name: a\n    alerts: [{ alert: { sample: brute-forse } }]\n    silences: [{ match: ["x"], until: 1h }]\n    expect: {}\n',
      [
        expect.stringMatching(
          /^tests\/a\.yaml:4:26 arrivals\[0\]\.silences\[0\]\.match\[0\]: is "x": write a name, one of = /,
        ),
      ],
    ],
    [
      'a typo',
      `${good}    expect: { severty: high }\n`,
      [expect.stringMatching(/^tests\/a\.yaml:4:15 .*there is no key "severty" here.*did you mean "severity"\?$/)],
    ],
    [
      'a wrong word',
      `${good}    expect: { steps: { block: doen } }\n`,
      [expect.stringMatching(/^tests\/a\.yaml:4:31 .*is "doen": write one of done, failed.*did you mean "done"\?$/)],
    ],
    [
      'a wrong part of an expectation',
      `${good}    expect: { steps: { block: { result: done, when: 5m } } }\n`,
      [expect.stringMatching(/^tests\/a\.yaml:4:47 .*there is no key "when"/)],
    ],
    [
      'an event that is none',
      `${good}    events: [{ at: 5m }]\n    expect: {}\n`,
      [expect.stringMatching(/^tests\/a\.yaml:4:14 .*write one of approve, reject/)],
    ],
    [
      'two events in one',
      `${good}    events: [{ at: 5m, approve: a, reject: a }]\n    expect: {}\n`,
      [expect.stringMatching(/it has several$/)],
    ],
    [
      'a time that is none',
      `${good}    events: [{ at: soon, approve: a }]\n    expect: {}\n`,
      [expect.stringMatching(/^tests\/a\.yaml:4:20 .*is "soon": write a whole number and s, m, h or d/)],
    ],
    [
      'a person who is not there',
      `${good}    events: [{ at: 5m, approve: a, by: anna }]\n    expect: {}\n`,
      [expect.stringMatching(/^tests\/a\.yaml:4:40 .*there is no "anna" among the people; did you mean "ana"\?$/)],
    ],
    [
      'a sample that is not there',
      `alerts: [{ sample: brute-forc }]\ntests: [{ name: a, expect: {} }]\n`,
      [expect.stringMatching(/^tests\/a\.yaml:1:10 .*no sample "brute-forc"; did you mean "brute-force"\?$/)],
    ],
    [
      'an alert that its source does not understand',
      `alerts: [{ title: A, status: burning }]\ntests: [{ name: a, expect: {} }]\n`,
      [expect.stringMatching(/^tests\/a\.yaml:1:10 .*status: it must be "firing" or "resolved"/)],
    ],
    [
      'neither sample nor title',
      `alerts: [{ labels: { a: b } }]\ntests: [{ name: a, expect: {} }]\n`,
      [expect.stringMatching(/write either sample or title$/)],
    ],
    ['no alert at all', 'tests: [{ name: a, expect: {} }]\n', [expect.stringMatching(/no alert opens the incident/)]],
    [
      'the same name twice',
      `${good}    expect: {}\n  - name: a\n    expect: {}\n`,
      [expect.stringMatching(/^tests\/a\.yaml:5:11 .*there is a test of this name already/)],
    ],
  ])('says what is wrong with %s', async (_, text, expected) => {
    expect(await problemsOf(text)).toEqual(expected);
  });

  it('is looked at by plan check too, and keeps no plan from being used', async () => {
    await using folder = await planFolder({ 'tests/a.yaml': `${good}    expect: { severty: high }\n` });
    const { stdout, exitCode } = await run(['plan', 'check', folder.path]);
    expect(stdout).toContain('did you mean "severity"?');
    expect(exitCode).toBe(1);
    await expect(loadPlan(folder.path)).resolves.toBeDefined();
  });
});

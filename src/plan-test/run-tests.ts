// Runs the tests of a response plan: what it keeps from incidents first, then a few stages, each test on the next that is
// free, the results in the order of the files.

import type { PlanTest } from '../core/plan/plan-test.ts';
import type { LoadedPlan } from '../core/plan/response-plan.ts';
import { findTemporalTestServer } from '../embedded/temporal-binary.ts';
import { loadPlan } from '../plan/load.ts';
import { type LoadedTests, loadTests } from '../plan/load-tests.ts';
import { PlanError } from '../plan/problem.ts';
import { problemOfAlert } from './alerts.ts';
import { arrivalDifferences } from './arrivals.ts';
import { differences } from './compare.ts';
import type { Difference } from './difference.ts';
import type { Observed } from './observed.ts';
import { runIncident } from './run-incident.ts';
import { buildWorkflowCode, openStage, type Stage, type WorkflowCode } from './stage.ts';
import { withholdingDifferences } from './withholding.ts';

export interface TestResult {
  /** Path in the folder of the plan. */
  file: string;
  name: string;
  /** Of the test in its file, from 1. */
  line: number;
  passed: boolean;
  differences: (Difference & { line: number; column: number })[];
  /** Why it could not be run at all. */
  error?: string;
  seen?: Observed;
}

export interface RunOptions {
  folder: string;
  /** Only tests whose file or name has this in it. */
  filter?: string | undefined;
  /** Value of PATH, to find the test server. */
  searchPath?: string | undefined;
  /** Tests that run at the same time. Default 2. */
  atOnce?: number;
  /** Built here when it is not given. */
  workflowCode?: WorkflowCode;
  onProgress?: ((message: string) => void) | undefined;
  onResult?: ((result: TestResult) => void) | undefined;
}

interface Todo {
  tests: LoadedTests;
  test: PlanTest;
  index: number;
}

/** Nothing waits in our time: a test that asked for nothing for so long stands still. */
const standstillMs = 4_000;
/**
 * The test server loses a workflow task that cancels a timer which fires in that moment (sdk-java issue 3088). Events a
 * little later do not meet it again.
 */
const attempts = 3;

/** @throws PlanError when the plan or its tests cannot be read, EmbeddedError when there is no test server */
export async function runPlanTests(options: RunOptions): Promise<TestResult[]> {
  const plan = await loadPlan(options.folder);
  const loaded = await readTests(options);
  const { searchPath, onProgress, filter, onResult } = options;
  const isAsked = (path: string, name: string): boolean => filter === undefined || `${path} ${name}`.includes(filter);
  const judged = loaded.flatMap((tests) => judgeAll(plan, tests).filter(({ file, name }) => isAsked(file, name)));
  for (const result of judged) onResult?.(result);
  const todos: Todo[] = loaded.flatMap((tests) =>
    tests.file.tests
      .map((test, index) => ({ tests, test, index }))
      .filter(({ test }) => isAsked(tests.path, test.name)),
  );
  // What no incident is needed for is told at once.
  if (todos.length === 0) return judged;
  const [executable, code] = await Promise.all([
    findTemporalTestServer({ searchPath, onProgress }),
    options.workflowCode ?? buildWorkflowCode(),
  ]);
  const results = new Map<Todo, TestResult>();
  const left = [...todos];
  const work = async (): Promise<void> => {
    const stages = new Stages(() => openStage(executable, code));
    try {
      for (let todo = left.shift(); todo; todo = left.shift()) {
        const result = await runOne(plan, todo, stages);
        results.set(todo, result);
        options.onResult?.(result);
      }
    } finally {
      await stages.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.atOnce ?? 2, todos.length) }, work));
  return [...judged, ...todos.flatMap((todo) => results.get(todo) ?? [])];
}

async function readTests({ folder }: RunOptions): Promise<LoadedTests[]> {
  const read = await loadTests(folder, problemOfAlert);
  if (!read.ok) throw new PlanError(folder, read.problems);
  return read.loaded;
}

/** Needs no incident. */
function judgeAll({ plan }: LoadedPlan, { path: file, file: tests, lineOf }: LoadedTests): TestResult[] {
  const nowMs = Date.now();
  const told = (key: string, index: number, { name }: { name: string }, found: Difference[]): TestResult => {
    const differences = found.map((one) => ({ ...one, ...placeOf(lineOf, [key, index], one) }));
    return { file, name, line: lineOf([key, index]).line, passed: found.length === 0, differences };
  };
  return [
    ...tests.withholding.map((test, index) =>
      told('withholding', index, test, withholdingDifferences(plan.rules, test, nowMs)),
    ),
    ...tests.arrivals.map((test, index) => told('arrivals', index, test, arrivalDifferences(plan.rules, test, nowMs))),
  ];
}

/** One stage after another: the next is opened when it is needed. */
class Stages {
  readonly #open: () => Promise<Stage>;
  #current: Promise<Stage> | undefined;
  #closing: Promise<void>[] = [];

  constructor(open: () => Promise<Stage>) {
    this.#open = open;
  }

  get(): Promise<Stage> {
    this.#current ??= this.#open();
    return this.#current;
  }

  /** The next test gets another one. */
  retire(): void {
    const retired = this.#current;
    this.#current = undefined;
    if (retired) this.#closing.push(retired.then((stage) => stage.close()));
  }

  async close(): Promise<void> {
    this.retire();
    await Promise.all(this.#closing);
  }
}

async function runOne(plan: LoadedPlan, { tests, test, index }: Todo, stages: Stages): Promise<TestResult> {
  const { path: file, file: content, lineOf } = tests;
  const about = { file, name: test.name, line: lineOf(['tests', index]).line };
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const stage = await stages.get();
    const id = `${file}/${index}/${attempt}`;
    const run = await untilStandstill(runIncident(stage, { plan, file: content, test, id, attempt }), stage.calls);
    if (run !== 'stands_still') {
      if (!run.isClockSound) stages.retire();
      const found = differences(test, run.observed).map((one) => ({
        ...one,
        ...placeOf(lineOf, ['tests', index], one),
      }));
      return { ...about, passed: found.length === 0, differences: found, seen: run.observed };
    }
    stages.retire();
  }
  const error = `the test server stood still ${attempts} times before the incident came to its end`;
  return { ...about, passed: false, differences: [], error };
}

function placeOf(lineOf: LoadedTests['lineOf'], test: readonly PropertyKey[], { path }: Difference) {
  const { line, column } = lineOf([...test, ...path]);
  return { line, column };
}

async function untilStandstill<Value>(work: Promise<Value>, progress: () => number): Promise<Value | 'stands_still'> {
  // What is given up on fails when its stage is closed; nobody waits for it any more.
  work.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const standstill = new Promise<'stands_still'>((resolve) => {
    let seen = -1;
    timer = setInterval(() => {
      if (progress() === seen) resolve('stands_still');
      seen = progress();
    }, standstillMs);
  });
  try {
    return await Promise.race([work, standstill]);
  } finally {
    clearInterval(timer);
  }
}

// Tests what was learnt on the recorded incidents: would it have been right?

import { type BackTest, backTest } from '../core/learning/back-test.ts';
import type { Store } from '../store/database.ts';
import { recordedCases } from '../store/learning-read.ts';

/** The newest, so that it ends within seconds. */
const mostCases = 50_000;

export const backTestRecorded = async (store: Store): Promise<BackTest> =>
  backTest(await recordedCases(store, mostCases));

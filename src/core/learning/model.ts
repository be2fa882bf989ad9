// Online logistic regression over hashed features: how likely an incident is a false alarm. One pass, in the order in
// which people's verdicts came; the same verdicts in the same order give the same model, bit for bit, also when it is
// stored and read between any two of them.

import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { sha256Hex } from '../canonical.ts';
import { buckets } from './bucket.ts';
import type { Feature } from './features.ts';
import type { Verdict } from './verdict.ts';

export interface Model {
  weights: Float32Array;
  /** What was learnt about each weight so far, as sums of squared gradients: later steps are smaller (AdaGrad). */
  squares: Float32Array;
  falseAlarms: number;
  real: number;
}

/** Beyond this no single feature can go, whatever people say how often. */
export const weightBound = 4;
const rate = 0.12;

/** Enough to judge by; learning needs all of it. */
export type ModelView = Omit<Model, 'squares'>;

export const newModel = (): Model => ({
  weights: new Float32Array(buckets),
  squares: new Float32Array(buckets),
  falseAlarms: 0,
  real: 0,
});

/** What each feature says, for a false alarm where it is above 0; together they are the score. */
export interface Contribution {
  name: string;
  score: number;
}

export interface Scored {
  /** Log odds. */
  score: number;
  /** Between 0 and 1, both excluded. */
  chance: number;
  contributions: Contribution[];
}

export function scoreOf({ weights }: Pick<Model, 'weights'>, features: readonly Feature[]): Scored {
  const contributions = features.map(({ name, bucket, value }) => ({ name, score: (weights[bucket] ?? 0) * value }));
  const score = contributions.reduce((sum, one) => sum + one.score, 0);
  return { score, chance: chanceOf(score), contributions };
}

const furthestScore = 30;

const chanceOf = (score: number): number =>
  1 / (1 + Math.exp(-Math.min(furthestScore, Math.max(-furthestScore, score))));

/** Changes the model. */
export function learn(model: Model, features: readonly Feature[], verdict: Verdict): void {
  const isFalseAlarm = verdict === 'false_alarm';
  const error = scoreOf(model, features).chance - (isFalseAlarm ? 1 : 0);
  for (const { bucket, value } of features) {
    const gradient = error * value;
    const square = (model.squares[bucket] ?? 0) + gradient ** 2;
    const weight = (model.weights[bucket] ?? 0) - (rate * gradient) / Math.sqrt(1 + square);
    model.squares[bucket] = square;
    model.weights[bucket] = Math.min(weightBound, Math.max(-weightBound, weight));
  }
  if (isFalseAlarm) model.falseAlarms += 1;
  else model.real += 1;
}

/** The verdicts from which on the model speaks at all. */
export const speaksFrom = { verdicts: 30, ofEach: 5 } as const;

export const speaks = ({ falseAlarms, real }: Pick<Model, 'falseAlarms' | 'real'>): boolean =>
  falseAlarms + real >= speaksFrom.verdicts && Math.min(falseAlarms, real) >= speaksFrom.ofEach;

/** Names exactly this model: SHA-256 of all that it is, 12 hex digits. */
export function modelDigest({ weights, squares, falseAlarms, real }: Model): string {
  const parts = [bytesOf(weights), bytesOf(squares), utf8ToBytes(`${falseAlarms} ${real}`)];
  return sha256Hex(concatBytes(...parts)).slice(0, 12);
}

/** Little-endian, 4 bytes a number: what the store keeps. */
export function bytesOf(numbers: Float32Array): Uint8Array {
  const bytes = new Uint8Array(numbers.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [at, number] of numbers.entries()) view.setFloat32(at * 4, number, true);
  return bytes;
}

/** Undefined for bytes that are no weights of this version. */
export function numbersOf(bytes: Uint8Array): Float32Array | undefined {
  if (bytes.length !== buckets * 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = Float32Array.from({ length: buckets }, (_, at) => view.getFloat32(at * 4, true));
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

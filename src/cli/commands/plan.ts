import type { DefineCommand } from '../cli.ts';
import { group } from '../options.ts';
import { check } from './plan/check.ts';

export const plan: DefineCommand = (cli) =>
  group(
    'plan',
    'how this organisation responds',
    [check].map((define) => define(cli)),
  );

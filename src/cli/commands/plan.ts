import type { DefineCommand } from '../cli.ts';
import { group } from '../options.ts';
import { check } from './plan/check.ts';
import { create } from './plan/new.ts';
import { reload } from './plan/reload.ts';
import { status } from './plan/status.ts';

export const plan: DefineCommand = (cli) =>
  group(
    'plan',
    'how this organisation responds',
    [create, check, status, reload].map((define) => define(cli)),
  );

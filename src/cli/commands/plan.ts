import type { DefineCommand } from '../cli.ts';
import { group } from '../options.ts';
import { check } from './plan/check.ts';
import { diff } from './plan/diff.ts';
import { explain } from './plan/explain.ts';
import { exportCacaoPlaybook } from './plan/export-cacao.ts';
import { importCacaoPlaybook } from './plan/import-cacao.ts';
import { create } from './plan/new.ts';
import { reload } from './plan/reload.ts';
import { run } from './plan/run.ts';
import { status } from './plan/status.ts';
import { test } from './plan/test.ts';

export const plan: DefineCommand = (cli) =>
  group(
    'plan',
    'how this organisation responds',
    [create, check, test, run, explain, diff, importCacaoPlaybook, exportCacaoPlaybook, status, reload].map((define) =>
      define(cli),
    ),
  );

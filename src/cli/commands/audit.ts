import type { DefineCommand } from '../cli.ts';
import { group } from '../options.ts';
import { auditExport } from './audit/export.ts';
import { verify } from './audit/verify.ts';

export const audit: DefineCommand = (cli) => group('audit', 'prove what happened', [verify(cli), auditExport(cli)]);

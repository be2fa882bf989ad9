// Problems of a plan as SARIF 2.1.0 (OASIS, sarif-v2.1.0-os): what code hosts and editors show beside the lines.

import { relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeMessage, type PlanProblem, problemCodes } from './problem.ts';

export interface SarifInput {
  /** Absolute. */
  folder: string;
  problems: readonly PlanProblem[];
  warnings: readonly PlanProblem[];
  /** Of Firebreak. */
  version: string;
  /** Absolute; places inside it are written relative to it, as code hosts want them. */
  workingDir: string;
}

export function sarifLog({ folder, problems, warnings, version, workingDir }: SarifInput): object {
  const ruleIds = Object.keys(problemCodes);
  const results = [
    ...problems.map((problem) => ({ level: 'error', problem })),
    ...warnings.map((problem) => ({ level: 'warning', problem })),
  ];
  const uri = (file: string): string => uriOf(folder, file, workingDir);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'firebreak plan check',
            semanticVersion: version,
            rules: Object.entries(problemCodes).map(([id, text]) => ({
              id,
              shortDescription: { text },
              defaultConfiguration: { level: id === 'plan_blast_radius' ? 'warning' : 'error' },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, exitCode: problems.length > 0 ? 1 : 0 }],
        results: results.map(({ level, problem }) => ({
          ruleId: problem.code,
          ruleIndex: ruleIds.indexOf(problem.code),
          level,
          message: { text: describeMessage(problem) },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uri(problem.file) },
                region: { startLine: problem.line, startColumn: problem.column },
              },
              ...(problem.path !== '' && { logicalLocations: [{ fullyQualifiedName: problem.path }] }),
            },
          ],
        })),
      },
    ],
  };
}

function uriOf(folder: string, file: string, workingDir: string): string {
  const path = `${folder}${sep}${file}`;
  const inside = relative(workingDir, path);
  const url = pathToFileURL(path).href;
  if (inside.startsWith('..')) return url;
  // Both are encoded the same way, so the rest of the URL is the relative one.
  return url.slice(`${pathToFileURL(workingDir).href}/`.length);
}

// The targets file of the privileged worker: the real systems that actions may touch. What it does not name, simulates.
// Secrets are never in it, only the paths of files that hold them.

import { isAbsolute } from 'node:path';
import { RE2JS } from '@bufbuild/re2';
import { z } from 'zod';
import { allowRule } from '../net/allow-rule.ts';
import { parseYaml, settings } from './lib/parse-yaml.ts';

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'write a name of letters, digits, ".", "_" and "-", at most 63 characters.',
  );
const absolutePath = z.string().refine(isAbsolute, 'write an absolute path, such as /srv/checkout.');
const httpUrl = z.url({ protocol: /^https?$/, error: 'write an http or https URL.' });
const timeoutMs = z.int().min(10, 'write 10 or more.').max(3_600_000, 'write 3600000 (an hour) or less.');
const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,30}$/, 'write lower-case letters, digits and "_", at most 31 characters.');

/** Keys and values of an action's parameters look up entries, so a Map: a record would find `constructor`. */
const named = <Value extends z.ZodType>(value: Value) =>
  z
    .record(name, value)
    .transform((entries) => new Map(Object.entries(entries)) as ReadonlyMap<string, z.output<Value>>);

const firewall = settings({
  /** The nftables table, of family inet, that Firebreak owns alone. */
  table: identifier.default('firebreak'),
  /** Acts in this network namespace (`ip netns`) instead of the worker's own. */
  namespace: name.optional(),
});

const processService = settings({
  supervisor: z.literal('process'),
  directory: absolutePath,
  /** Started in the current release's folder. A relative binary is looked up there. */
  command: z.array(z.string()).nonempty('write the program and its arguments.'),
  environment: z.record(z.string(), z.string()).default({}),
  /** The folder of the releases, inside `directory`. */
  releases: name.default('releases'),
  health: httpUrl.optional(),
});

const systemdService = settings({
  supervisor: z.literal('systemd'),
  unit: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9:_.@-]*\.service$/, 'write the unit with its suffix, such as checkout.service.'),
  /** Where `releases/` and the link `current` are, and where Firebreak notes what it did. */
  directory: absolutePath,
  releases: name.default('releases'),
  health: httpUrl.optional(),
});

const service = z.discriminatedUnion('supervisor', [processService, systemdService], {
  error: 'write supervisor: process or supervisor: systemd.',
});

const parameter = z.discriminatedUnion(
  'type',
  [
    settings({ type: z.literal('integer'), min: z.int().optional(), max: z.int().optional() }),
    /** `pattern` is RE2 and must match the whole value; the default takes plain names. */
    settings({
      type: z.literal('string'),
      pattern: z
        .string()
        .refine(isRe2, 'write a regular expression that RE2 knows.')
        .default('[A-Za-z0-9][A-Za-z0-9._:@-]*'),
      maxLength: z.int().min(1).max(4096).default(128),
    }),
    settings({ type: z.literal('enum'), values: z.array(z.string()).nonempty('write at least one value.') }),
    /** Refused like block_ip refuses it, unless `guarded: false`. */
    settings({ type: z.literal('ip'), guarded: z.boolean().default(true) }),
  ],
  { error: 'write type: integer, string, enum or ip.' },
);

const invocation = {
  binary: absolutePath,
  /** `{port}` stands for the parameter of that name. */
  arguments: z.array(z.string()).default([]),
  timeoutMs: timeoutMs.default(30_000),
};

const command = settings({
  ...invocation,
  parameters: named(parameter).prefault({}),
  /** True when running twice equals running once. */
  idempotent: z.boolean().default(false),
  environment: z.record(z.string(), z.string()).default({}),
  /** Variables whose values are the contents of files. */
  environmentFiles: z.record(z.string(), absolutePath).default({}),
  /** Exit code 0: the effect is there. 1: it is not. Anything else: nobody can tell. */
  verify: settings(invocation).optional(),
  undo: settings(invocation).optional(),
}).superRefine((value, context) => {
  for (const part of ['arguments', 'verify', 'undo'] as const) {
    const place = part === 'arguments' ? value : value[part];
    for (const used of (place?.arguments ?? []).flatMap(placeholders)) {
      if (value.parameters.has(used)) continue;
      context.addIssue({
        code: 'custom',
        path: part === 'arguments' ? ['arguments'] : [part, 'arguments'],
        message: `"{${used}}" is no parameter of this command; its parameters are ${[...value.parameters.keys()].join(', ') || 'none'}.`,
      });
    }
  }
});

const databaseUrl = z
  .url({ protocol: /^postgres(ql)?$/, error: 'write postgres://user@host:port/database.' })
  .refine(
    (url) => new URL(url).password === '',
    'put a URL with a password into a file of its own and name that as urlFile.',
  );

const snapshotTarget = z.discriminatedUnion(
  'kind',
  [
    settings({ kind: z.literal('files'), path: absolutePath, store: absolutePath }),
    /** The database that the URL names. Snapshots are databases beside it, on the same server. */
    settings({ kind: z.literal('postgres'), url: databaseUrl.optional(), urlFile: absolutePath.optional() }).refine(
      (value) => (value.url === undefined) !== (value.urlFile === undefined),
      'write either url, or urlFile with the path of a file that holds the URL.',
    ),
  ],
  { error: 'write kind: files or kind: postgres.' },
);

const http = settings({
  /** What http_check may reach although it is not public: `10.0.0.0/8`, `127.0.0.1:9000`, `intranet.example:443`. */
  allow: z.array(allowRule).default([]),
});

const targets = settings({
  firewall: firewall.optional(),
  services: named(service).prefault({}),
  commands: named(command).prefault({}),
  snapshots: named(snapshotTarget).prefault({}),
  http: http.prefault({}),
});

export type Targets = z.output<typeof targets>;
export type Firewall = z.output<typeof firewall>;
export type ProcessService = z.output<typeof processService>;
export type SystemdService = z.output<typeof systemdService>;
export type Service = ProcessService | SystemdService;
export type Command = z.output<typeof command>;
export type Invocation = Pick<Command, 'binary' | 'arguments' | 'timeoutMs'>;
export type CommandParameter = z.output<typeof parameter>;
export type SnapshotTarget = z.output<typeof snapshotTarget>;

function isRe2(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

/** The names in `{braces}` of an argument. */
export function placeholders(argument: string): string[] {
  return [...argument.matchAll(/\{([A-Za-z0-9._-]+)\}/g)].map((match) => match[1] ?? '');
}

/** Nothing real is configured: every action simulates. */
export const noTargets: Targets = targets.parse({});

/**
 * @param text the YAML of the targets file; empty is as good as absent
 * @param place what to call it in errors, usually its path
 * @throws YamlFileError
 */
export function parseTargets(text: string, place: string): Targets {
  return parseYaml(targets as z.ZodType<Targets>, text, place);
}

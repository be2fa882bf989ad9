// The only reader of process.env. A wrong value names its key, what it got and what would be right.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const port = z.coerce.number('must be a port, 0 to 65535').int().min(0).max(65_535);

const settings = z.object({
  /** Gateway and console. */
  PORT: port.default(8080),
  /** State: embedded servers, secrets, checkpoints. */
  FIREBREAK_DIR: z.string().min(1).default('.firebreak'),
  /** Presets the first administrator's key: at least 24 characters. */
  FIREBREAK_ADMIN_KEY: z.string().min(24, 'must have at least 24 characters').optional(),
  /** Where people reach the gateway, for links in reports and notices. */
  FIREBREAK_PUBLIC_URL: z.url().optional(),
  /** Address to listen on; keep it on loopback unless a TLS proxy stands before it. */
  FIREBREAK_BIND: z.string().min(1).default('127.0.0.1'),
  /** An outside Temporal; unset, an embedded one is started. */
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s:]+:\d+$/, 'must be host:port')
    .optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_UI_URL: z.url().optional(),
  /** An outside Postgres; unset, an embedded one is started. */
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .optional(),
  /** The response plan folder; unset, the one that ships. */
  FIREBREAK_PLAN: z.string().min(1).optional(),
  /** `off`: the plan is loaded again only when someone asks for it. */
  FIREBREAK_PLAN_WATCH: z.enum(['on', 'off']).default('on'),
  /** Targets file of the privileged worker; absent, actions simulate. */
  FIREBREAK_TARGETS: z.string().min(1).optional(),
  /** Channels file of the notify worker: how people are reached. */
  FIREBREAK_CHANNELS: z.string().min(1).optional(),
  FIREBREAK_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Where the embedded servers listen; 0 picks a free port and remembers it in the state folder. */
  FIREBREAK_TEMPORAL_PORT: port.default(0),
  FIREBREAK_TEMPORAL_UI_PORT: port.default(0),
  FIREBREAK_POSTGRES_PORT: port.default(0),
  /** For the command line: the server that it talks to. */
  FIREBREAK_URL: z.url().optional(),
  FIREBREAK_API_KEY: z.string().min(1).optional(),
  /** For fault tests only: the folder in which they say at which site a process dies or stands still. */
  FIREBREAK_FAULTS: z.string().min(1).optional(),
  /** Where binaries such as Temporal's CLI are looked for. */
  PATH: z.string().default(''),
});

const shippedPlan = fileURLToPath(new URL('../response-plan', import.meta.url));

type Settings = z.infer<typeof settings>;

export interface Config {
  port: number;
  bind: string;
  dir: string;
  adminKey?: string;
  publicUrl: string;
  temporal: { address?: string; namespace: string; uiUrl?: string; port: number; uiPort: number };
  database: { url?: string; port: number };
  planDir: string;
  planWatch: boolean;
  targetsFile: string;
  channelsFile: string;
  logLevel: Settings['FIREBREAK_LOG_LEVEL'];
  client: { url?: string; apiKey?: string };
  searchPath: string;
  faultsDir?: string;
}

export class ConfigError extends Error {
  readonly code = 'config_invalid';
}

type Environment = Record<string, string | undefined>;

/** Reads and checks the whole configuration. Throws ConfigError with one line per wrong key. */
export function readConfig(environment: Environment = process.env): Config {
  // An empty variable means unset: compose files and CI systems pass empty strings for what is not there.
  const given = withSecretFiles(Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')));
  const parsed = settings.safeParse(given);
  if (!parsed.success) throw new ConfigError(describeIssues(parsed.error, given));
  return toConfig(parsed.data);
}

/** Secrets of containers come as files: `DATABASE_URL_FILE` names the file that holds `DATABASE_URL`. */
const fromFiles = ['DATABASE_URL', 'FIREBREAK_ADMIN_KEY', 'FIREBREAK_API_KEY'];

function withSecretFiles(given: Environment): Environment {
  const read = fromFiles.flatMap((key): [string, string][] => {
    const file = given[`${key}_FILE`];
    return file === undefined || given[key] !== undefined ? [] : [[key, readSecret(`${key}_FILE`, file)]];
  });
  return { ...given, ...Object.fromEntries(read) };
}

function readSecret(key: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`${key} is wrong: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function describeIssues(error: z.ZodError, given: Environment): string {
  return error.issues
    .map((issue) => {
      const key = String(issue.path[0]);
      // Keys and passwords are secret; their values stay out of the message.
      const found = key.endsWith('_KEY') || key === 'DATABASE_URL' ? 'a value' : JSON.stringify(given[key]);
      return `${key} is wrong: got ${found}; ${issue.message}`;
    })
    .join('\n');
}

function toConfig(values: Settings): Config {
  const dir = resolve(values.FIREBREAK_DIR);
  return {
    port: values.PORT,
    bind: values.FIREBREAK_BIND,
    dir,
    ...(values.FIREBREAK_ADMIN_KEY && { adminKey: values.FIREBREAK_ADMIN_KEY }),
    publicUrl: (values.FIREBREAK_PUBLIC_URL ?? `http://localhost:${values.PORT}`).replace(/\/$/, ''),
    temporal: {
      ...(values.TEMPORAL_ADDRESS && { address: values.TEMPORAL_ADDRESS }),
      ...(values.TEMPORAL_UI_URL && { uiUrl: values.TEMPORAL_UI_URL.replace(/\/$/, '') }),
      namespace: values.TEMPORAL_NAMESPACE,
      port: values.FIREBREAK_TEMPORAL_PORT,
      uiPort: values.FIREBREAK_TEMPORAL_UI_PORT,
    },
    database: { ...(values.DATABASE_URL && { url: values.DATABASE_URL }), port: values.FIREBREAK_POSTGRES_PORT },
    planDir: resolve(values.FIREBREAK_PLAN ?? shippedPlan),
    planWatch: values.FIREBREAK_PLAN_WATCH === 'on',
    targetsFile: resolve(values.FIREBREAK_TARGETS ?? `${dir}/targets.yaml`),
    channelsFile: resolve(values.FIREBREAK_CHANNELS ?? `${dir}/channels.yaml`),
    logLevel: values.FIREBREAK_LOG_LEVEL,
    client: {
      ...(values.FIREBREAK_URL && { url: values.FIREBREAK_URL.replace(/\/$/, '') }),
      ...(values.FIREBREAK_API_KEY && { apiKey: values.FIREBREAK_API_KEY }),
    },
    searchPath: values.PATH,
    ...(values.FIREBREAK_FAULTS && { faultsDir: resolve(values.FIREBREAK_FAULTS) }),
  };
}

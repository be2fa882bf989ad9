// Reads the compose files as Docker Compose does, as far as the tests need it.

import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

export const repository = new URL('../../', import.meta.url);

const mount = z.string();
const networks = z.union([z.array(z.string()), z.record(z.string(), z.unknown()).transform(Object.keys)]);

const service = z.object({
  image: z.string(),
  user: z.string(),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()),
  privileged: z.boolean().default(false),
  network_mode: z.string().optional(),
  networks: networks.default([]),
  ports: z.array(z.string()).default([]),
  volumes: z.array(mount).default([]),
  secrets: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  restart: z.string(),
  command: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  deploy: z.object({
    resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string(), pids: z.number() }) }),
  }),
});

const composeFile = z.object({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) }).loose()),
  volumes: z.record(z.string(), z.null()),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});
export type Service = z.output<typeof service>;

export async function readCompose(): Promise<z.output<typeof composeFile>> {
  const text = await readFile(new URL('docker-compose.yml', repository), 'utf8');
  return composeFile.parse(parse(text, { merge: true }));
}

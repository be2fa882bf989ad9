// catalog/services.yaml: what there is to protect, how much it matters and who owns it.

import { z } from 'zod';
import { httpUrl, line, name } from './values.ts';

const serviceName = z.string().trim().min(1).max(100);

const service = z.strictObject({
  name: serviceName.describe('As alerts call it.'),
  title: line.optional(),
  aliases: z.array(serviceName).max(20).default([]).describe('Other names that alerts use for it.'),
  tier: z.int().min(1).max(4).default(3).describe('1 matters most.'),
  team: name.optional(),
  depends_on: z.array(serviceName).max(200).default([]),
  runbooks: z
    .array(z.strictObject({ title: line, url: httpUrl }))
    .max(20)
    .default([]),
});

export const services = z.strictObject({ services: z.array(service).max(5_000) });

export type Services = z.output<typeof services>;
export type Service = z.output<typeof service>;

export function serviceNamed(all: readonly Service[], wanted: string): Service | undefined {
  return all.find((one) => one.name === wanted) ?? all.find((one) => one.aliases.includes(wanted));
}

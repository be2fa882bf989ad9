// Asks a URL whether a service is well: what is known of it before anything acts.

import { z } from 'zod';
import { checkedUrl, SafeFetchError } from '../../net/url-guard.ts';
import type { ActionDescription, Refusal } from '../description.ts';
import { serviceName } from '../lib/service-params.ts';

export const requestTimeoutMs = 10_000;
const longestMs = 900_000;

const params = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'write an http or https URL.' })
      .max(2_048)
      .optional(),
    /** Instead of a URL: a service of the targets file, whose health URL is asked. */
    service: serviceName.optional(),
    status: z.int().min(100).max(599).default(200),
    /** What the body must contain. */
    body: z.string().min(1).max(1_024).optional(),
    /** A value in a JSON body, by JSON Pointer (RFC 6901): `/status`. */
    json: z
      .strictObject({
        pointer: z
          .string()
          .max(1_024)
          .regex(/^(\/([^~/]|~[01])*)*$/, 'write a JSON Pointer, such as /status.'),
        equals: z.union([z.string(), z.number(), z.boolean(), z.null()]),
      })
      .optional(),
    /** Good answers in a row. */
    successes: z.int().min(1).max(20).default(1),
    withinMs: z.int().min(1).max(longestMs).default(30_000),
    intervalMs: z.int().min(10).max(60_000).default(1_000),
  })
  .refine((value) => (value.url === undefined) !== (value.service === undefined), 'write either url or service.');

export type HttpCheckParams = z.output<typeof params>;

export const httpCheckDescription = {
  name: 'http_check',
  title: 'Check a URL',
  kind: 'check',
  risk: 'low',
  params,
  timeoutMs: longestMs + requestTimeoutMs,
  target: ({ url, service }) => (service === undefined ? `url:${placeOf(url ?? '')}` : `service:${service}`),
  describe: (given) =>
    `Check that ${subjectOf(given)} answers ${given.status}${given.successes > 1 ? `, ${given.successes} times in a row` : ''}`,
  refuse: ({ url }) => (url === undefined ? undefined : refusalOfUrl(url)),
} satisfies ActionDescription<HttpCheckParams>;

function refusalOfUrl(text: string): Refusal | undefined {
  try {
    checkedUrl(text);
    return undefined;
  } catch (error) {
    if (error instanceof SafeFetchError) return { code: error.code, reason: error.message };
    throw error;
  }
}

export const subjectOf = ({ url, service }: HttpCheckParams) =>
  service === undefined ? placeOf(url ?? '') : `the service ${service}`;

/** Without the query, which may hold a secret. */
export function placeOf(text: string): string {
  const url = URL.parse(text);
  return url === null ? '' : `${url.origin}${url.pathname}`;
}

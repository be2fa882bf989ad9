// How tools reach each source.

import type { Config } from '../config.ts';
import type { Source } from '../contract/api/index.ts';
import { clientOver } from './client.ts';
import { openHttp } from './http.ts';
import { findServer } from './server.ts';

export type SourceAccess = Source;

export async function sourceAccess(config: Config): Promise<SourceAccess[]> {
  return (await clientOver(openHttp(await findServer(config))).sources()).items;
}

const mask = '********';

export function masked(access: SourceAccess): SourceAccess {
  const hide = (text: string): string => text.replaceAll(access.credential, mask);
  return { ...access, url: hide(access.url), credential: mask, snippet: hide(access.snippet) };
}

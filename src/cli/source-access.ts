// How tools reach each source: as the server that FIREBREAK_URL names says, else by the secrets of the state folder, so
// that tools can be set up before Firebreak first runs.

import type { Config } from '../config.ts';
import type { Source } from '../contract/api/index.ts';
import { clientOver } from './client.ts';
import { openHttp } from './http.ts';
import { findServer, readServerRecord } from './server.ts';

export type SourceAccess = Source;

/** Makes credentials that are not there yet. Throws SecretsError. */
export async function sourceAccess(config: Config): Promise<SourceAccess[]> {
  if (config.client.url) return (await clientOver(openHttp(await findServer(config))).sources()).items;
  const [{ sources }, { ensureSourceCredentials }] = await Promise.all([
    import('../sources/index.ts'),
    import('../secrets/source-credentials.ts'),
  ]);
  const credentials = await ensureSourceCredentials(config.dir);
  const base = await publicUrl(config);
  return [...sources.values()].map(({ name, title, authentication, snippet }) => {
    const url = `${base}/alerts/${name}`;
    const credential = credentials.get(name)?.[0] ?? '';
    return { name, title, url, authentication, credential, snippet: snippet(url, credential) };
  });
}

/** What the configuration says, else where the server is that runs: its port may be another than here. */
async function publicUrl(config: Config): Promise<string> {
  const isDefault = config.publicUrl === `http://localhost:${config.port}`;
  return (isDefault && (await readServerRecord(config.dir))?.url) || config.publicUrl;
}

const mask = '********';

/** Without anything that the credential could be told from: a snippet may hold it in another form. */
export async function masked(access: SourceAccess): Promise<SourceAccess> {
  const { sources } = await import('../sources/index.ts');
  // Snippets take the prefix of such a secret away.
  const credential = access.authentication === 'standard-webhooks' ? `whsec_${mask}` : mask;
  const url = access.url.replaceAll(access.credential, credential);
  const snippet = sources.get(access.name)?.snippet(url, credential) ?? mask;
  return { ...access, url, credential, snippet };
}

// Signing in and out.

import { describe, expect, it } from 'vitest';
import { browserMissing } from './support/browser.ts';
import { sampleWorld } from './support/sample-world.ts';
import { useConsole } from './support/use-console.ts';

describe.skipIf(browserMissing)(`Signing in to the console ${browserMissing ?? ''}`, () => {
  const { open } = useConsole();

  it('signs in with an API key, and shows the page that was asked for', async () => {
    const { page, world } = await open({ world: sampleWorld(), as: null, path: '/containments' });
    await page.getByLabel('API key').fill('key-of-ana-the-responder');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Containments', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/containments');
    expect(await page.getByText('ana responder').isVisible()).toBe(true);
    expect(world.received.map(({ path, body }) => ({ path, body }))).toEqual([
      { path: '/api/session', body: { key: 'key-of-ana-the-responder' } },
    ]);
  });

  it('shows the refusal of a wrong key in plain words', async () => {
    const { page } = await open({ as: null });
    await page.getByLabel('API key').fill('no-such-key');
    await page.keyboard.press('Enter');
    const refusal = await page.getByRole('alert').textContent();
    expect(refusal).toContain('The API key is unknown or revoked.');
    expect(refusal).toContain('key_invalid');
  });

  it('says where the key of a fresh install is', async () => {
    const { page } = await open({ as: null, path: '/login' });
    const help = await page.getByRole('region', { name: 'Where is my key?' }).textContent();
    expect(help).toContain('.firebreak/secrets/admin-key');
    expect(help).toContain('npx firebreak keys create');
    expect(help).toContain('npm start');
  });

  it('keeps the key nowhere in the browser', async () => {
    const { page } = await open({ as: null });
    await page.getByLabel('API key').fill('key-of-ana-the-responder');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor();
    expect(await page.evaluate('document.cookie + JSON.stringify({...localStorage, ...sessionStorage})')).toBe('{}');
  });

  it('signs out', async () => {
    const { page, world } = await open();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(world.received.map(({ method, path }) => `${method} ${path}`)).toEqual(['DELETE /api/session']);
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('asks to sign in again when the session ends while a page is open', async () => {
    const { page, world, server } = await open({ world: sampleWorld() });
    world.keys.clear();
    server.emit('busy-incident');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('asks to sign in again when the session ended before anything could tell the page', async () => {
    const { page, world, server } = await open({ world: sampleWorld() });
    server.holdLive(true);
    server.dropLive();
    await page.getByText('Reconnecting…').waitFor();
    world.keys.clear();
    server.emit('busy-incident');
    server.holdLive(false);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('never goes on to another site after signing in', async () => {
    const { page, server } = await open({ as: null, path: '/login?next=https://evil.example/' });
    await page.getByLabel('API key').fill('key-of-ana-the-responder');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor();
    expect(page.url()).toBe(`${server.url}/`);
  });
});

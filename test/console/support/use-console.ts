// What each browser test has: a server with a world of its own, and pages of a real Chromium. Whatever a page reports,
// an error of a script or something that the policy blocked, fails the test.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { desk, launchBrowser, patienceMs } from './browser.ts';
import { builtConsole } from './build.ts';
import { type ConsoleServer, startConsoleServer } from './server.ts';
import { World } from './world.ts';

export interface OpenOptions {
  world?: World;
  /** Who is signed in; null for nobody. */
  as?: keyof typeof keys | null;
  path?: string;
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
}

export interface OpenConsole {
  page: Page;
  world: World;
  server: ConsoleServer;
}

const keys = {
  ana: 'key-of-ana-the-responder',
  kim: 'key-of-kim-the-administrator',
  vic: 'key-of-vic-the-viewer',
} as const;
/** What Chromium says about every answer that is no success; tests look at the answers themselves. */
const isAboutAnswers = (text: string): boolean => /^Failed to load resource/.test(text);

export function useConsole() {
  const shown = new World();
  // Starting a page is what takes long; tests of one file and one kind of screen share it.
  const pages = new Map<string, Page>();
  let browser: Browser;
  let server: ConsoleServer;
  let problems: string[] = [];

  beforeAll(async () => {
    const [launched, dist] = await Promise.all([launchBrowser(), builtConsole()]);
    browser = launched;
    server = await startConsoleServer(shown, dist);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  afterEach(async () => {
    await Promise.all([...pages.values()].map((page) => page.goto('about:blank')));
    const found = problems;
    problems = [];
    expect(found).toEqual([]);
  });

  const pageFor = async (viewport: { width: number; height: number }, colorScheme: 'light' | 'dark'): Promise<Page> => {
    const kind = `${viewport.width} ${colorScheme}`;
    const known = pages.get(kind);
    if (known) return known;
    const isPhone = viewport.width < 600;
    const context = await browser.newContext({ viewport, colorScheme, hasTouch: isPhone, isMobile: isPhone });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      const isBad = message.type() === 'error' || message.type() === 'warning';
      if (isBad && !isAboutAnswers(message.text())) problems.push(message.text());
    });
    page.on('dialog', (dialog) => {
      problems.push(`A script of the page asked: ${dialog.message()}`);
      void dialog.dismiss();
    });
    pages.set(kind, page);
    return page;
  };

  const open = async (options: OpenOptions = {}): Promise<OpenConsole> => {
    const { world = new World(), as = 'ana', path = '/', viewport = desk, colorScheme = 'light' } = options;
    server.show(world);
    const page = await pageFor(viewport, colorScheme);
    await page.context().clearCookies();
    if (as) await page.context().addCookies([{ name: 'firebreak_session', value: keys[as], url: server.url }]);
    await page.goto(server.url + path);
    await page.locator('h1').waitFor();
    // What a test tells the browser before it listens, it never hears.
    if (as) await page.locator('.live-state.is-live').waitFor({ state: 'attached' });
    return { page, world: shown, server };
  };
  return { open };
}

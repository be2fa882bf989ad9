// Builds the console to static files that the gateway serves under a strict Content-Security-Policy.

import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  base: '/',
  plugins: [react()],
  build: {
    outDir: `${here}dist`,
    emptyOutDir: true,
    // A data: address would need a hole in the policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // What changes with a dependency and not with us stays in the browser's cache.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 2 },
            { name: 'query', test: /node_modules[\\/]@tanstack[\\/]/, priority: 2 },
            { name: 'aria', test: /node_modules[\\/]/, priority: 1 },
          ],
        },
      },
    },
  },
  // `vite --config src/console/vite.config.ts` beside a running `npm start`.
  server: { proxy: { '/api': 'http://localhost:8080' } },
});

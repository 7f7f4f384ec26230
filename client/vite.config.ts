/** Two pages from one build: the client and GraphiQL. All files they load lie under /assets. */
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { schemaShape } from './schema-shape.ts'

const server = process.env.TITAN_URL ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [react(), tailwindcss(), schemaShape(new URL('./schema.graphql', import.meta.url).pathname)],
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  build: {
    outDir: '../titan_graphql/static',
    emptyOutDir: true,
    // Inlined files would need a wider content security policy.
    assetsInlineLimit: 0,
    // Monaco alone is larger; it is loaded by /graphiql only.
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      input: { index: 'index.html', graphiql: 'graphiql/index.html' },
      // Packages compiled by React's compiler carry a directive that means nothing to a bundle.
      onLog: (level, log, write) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') write(level, log)
      },
    },
  },
  server: {
    proxy: {
      '/graphql': { target: server, ws: true },
      '/sign-out': server,
      // The page of that address is the client's own.
      '/sign-in': { target: server, bypass: ({ method, url }) => (method === 'POST' ? undefined : url) },
      '/exports': server,
    },
  },
  test: {
    testTimeout: 40_000,
    env: { TZ: 'UTC' },
    // To make a page for a file takes longer than most tests, and what computes or words something needs none:
    // these (.test.ts) share one process, and put back what they stub.
    projects: [
      {
        extends: true,
        test: { name: 'words', environment: 'node', isolate: false, include: ['src/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'pages',
          environment: 'happy-dom',
          include: ['src/**/*.test.tsx'],
          setupFiles: ['./src/test-setup.ts'],
        },
      },
    ],
  },
})

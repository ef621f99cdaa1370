import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = import.meta.dirname

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '@': resolve(here, 'src') } },
  // `npm run dev` beside `./interline up`: what is not the portal's is asked there.
  server: {
    proxy: Object.fromEntries(
      ['/graphql', '/identity', '/static', '/api', '/uploads', '/downloads', '/docs', '/graphiql'].map(
        (path) => [
          path,
          { target: process.env.INTERLINE_URL ?? 'http://127.0.0.1:8000', ws: path === '/graphql' },
        ],
      ),
    ),
  },
  build: {
    outDir: process.env.PORTAL_OUT || resolve(here, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    // A strict Content-Security-Policy has no room for code in the page.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: resolve(here, 'index.html'), silent: resolve(here, 'silent.html') },
    },
  },
})

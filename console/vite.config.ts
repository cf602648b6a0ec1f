import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
// @ts-expect-error the mock is plain JavaScript, for development only
import { mockPlugin } from './mock/plugin.mjs';

export default defineConfig(({ mode }) => ({
  // Relative, so that the server may serve the console below a base path by changing <base href>.
  base: './',
  plugins: [react(), ...(mode === 'development' ? [mockPlugin()] : [])],
  build: {
    // A data: address would break the server's content security policy.
    assetsInlineLimit: 0,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
  },
  server: { host: '127.0.0.1' },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    setupFiles: ['src/testing/setup.ts'],
  },
}));

import { createMock } from './api.mjs';

/** Answers `/api` in Vite's development server from the mock, unless GIMBAL_URL names a real server to pass it on to. */
export function mockPlugin() {
  const target = process.env.GIMBAL_URL;
  return {
    name: 'gimbal-mock',
    config: () => (target ? { server: { proxy: { '/api': { target, changeOrigin: true }, '/v1': { target, changeOrigin: true } } } } : {}),
    configureServer(server) {
      if (target) return;
      const mock = createMock({ empty: process.env.MOCK_EMPTY === '1' });
      server.middlewares.use((request, response, next) => {
        if (request.url.startsWith('/api/') || request.url.startsWith('/v1/')) void mock.handle(request, response);
        else next();
      });
    },
  };
}

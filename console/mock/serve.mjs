/**
 * Serves the built console over the mock, with the server's content security policy, so that what breaks under it breaks
 * here. `node mock/serve.mjs [PORT] [--empty]`
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMock } from './api.mjs';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' };
const policy = "default-src 'self'; img-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'";

export async function serve({ port = 0, ...options } = {}) {
  const mock = createMock(options);
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://mock').pathname;
    if (path.startsWith('/api/') || path.startsWith('/v1/')) return void mock.handle(request, response);
    const asked = join(dist, normalize(decodeURIComponent(path)));
    const file = asked.startsWith(dist) && existsSync(asked) && statSync(asked).isFile() ? asked : join(dist, 'index.html');
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-security-policy': policy, 'x-content-type-options': 'nosniff' });
    return createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, mock, close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? 5174);
  const { url } = await serve({ port, empty: process.argv.includes('--empty') });
  console.log(`The built console over the mock: ${url}  (key: gmb_mock_administrator)`);
}

import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { whyUnreachable } from '../../../electron/runtime/network.mjs';

test('a host that answers is reachable', async () => {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  expect(await whyUnreachable(`http://127.0.0.1:${port}/some/path`)).toBeNull();
  await new Promise((resolve) => server.close(resolve));
  expect(await whyUnreachable(`http://127.0.0.1:${port}/`)).toBe(`127.0.0.1:${port}: ECONNREFUSED`);
});

test('a name that does not resolve is a reason, not an error', async () => {
  expect(await whyUnreachable('https://no-such-host.invalid/')).toMatch(/^no-such-host\.invalid: \S+/);
});

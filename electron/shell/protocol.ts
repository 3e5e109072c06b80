/**
 * Serves the built window from app://bundle/. Only files that were in the bundle at start exist;
 * a name is looked up, never joined to a path, so nothing can climb out.
 */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { bundleOrigin, contentSecurityPolicy } from './security.ts';

export const bundleScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: false, codeCache: true },
};

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.md': 'text/markdown; charset=utf-8',
};

/** @returns the handler of the app scheme for the files of `bundleDir`. */
export function serveBundle(bundleDir: string): (request: Request) => Promise<Response> {
  const files = listFiles(bundleDir);
  return async ({ url, method }) => {
    const { protocol, host, pathname } = new URL(url);
    const name = pathname === '/' ? '/index.html' : pathname;
    const file = `${protocol}//${host}` === bundleOrigin && method === 'GET' ? files.get(name) : undefined;
    if (file === undefined) return new Response('not found', { status: 404, headers: headersOf('.txt') });
    return new Response(new Uint8Array(await readFile(file)), { headers: headersOf(extname(file)) });
  };
}

function headersOf(extension: string): Record<string, string> {
  return {
    'Content-Type': mediaTypes[extension] ?? 'text/plain; charset=utf-8',
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  };
}

/** Path in the URL -> file, for every file of the bundle. */
function listFiles(bundleDir: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(bundleDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(`/${relative(bundleDir, file).split(sep).map(encodeURIComponent).join('/')}`, file);
  }
  return files;
}

// Whether a host answers at all, asked before anything that would otherwise wait for minutes.
import { connect } from 'node:net';

const connectTimeoutMs = 5_000;

/**
 * Opens and closes a TCP connection to the host of `url`, or to the proxy that would carry it.
 * @param {string} url
 * @returns {Promise<string | null>} null when it answers, else the reason in words
 */
export function whyUnreachable(url) {
  const target = new URL(proxyFor(url) ?? url);
  const port = Number(target.port) || (target.protocol === 'http:' ? 80 : 443);
  return new Promise((settle) => {
    const socket = connect({ host: target.hostname, port });
    const done = (/** @type {string | null} */ reason) => {
      clearTimeout(timer);
      socket.destroy();
      settle(reason === null ? null : `${target.host}: ${reason}`);
    };
    // A timer of our own: the socket's timeout does not cover name resolution.
    const timer = setTimeout(() => done(`no connection within ${connectTimeoutMs / 1000} s`), connectTimeoutMs);
    socket.once('connect', () => done(null));
    socket.once('error', (/** @type {NodeJS.ErrnoException} */ error) => done(error.code ?? error.message));
  });
}

/** @param {string} url */
function proxyFor(url) {
  const { env } = process;
  const { hostname, protocol } = new URL(url);
  const exempt = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(',').map((entry) => entry.trim()).filter(Boolean);
  if (exempt.some((entry) => entry === '*' || hostname === entry || hostname.endsWith(`.${entry.replace(/^\./, '')}`))) return null;
  const proxy = protocol === 'http:' ? env['HTTP_PROXY'] ?? env['http_proxy'] : env['HTTPS_PROXY'] ?? env['https_proxy'];
  return proxy ? (/^\w+:\/\//.test(proxy) ? proxy : `http://${proxy}`) : null;
}

/** The hospital's proxy, as its environment names it (HTTPS_PROXY, NO_PROXY): a tunnel, inside which the server's certificate is checked as ever. */
import { Client } from 'undici';

/** The proxy for a host, or null where it is reached directly. This machine itself is. */
export function proxyFor(host: string, environment: NodeJS.ProcessEnv): string | null {
  const proxy = environment.HTTPS_PROXY || environment.https_proxy;
  if (!proxy || !URL.canParse(proxy) || /^(localhost|127\.[\d.]+|\[?::1\]?)$/.test(host)) return null;
  const direct = (environment.NO_PROXY || environment.no_proxy || '').split(',').map((name) => name.trim().replace(/^\*?\./, ''));
  return direct.some((name) => name === '*' || (name !== '' && (host === name || host.endsWith(`.${name}`)))) ? null : proxy;
}

/** A socket through the proxy to `host:port`. */
export async function tunnel(proxy: string, host: string, port: string, timeoutMs: number) {
  const { username, password, origin } = new URL(proxy);
  const client = new Client(origin, { connect: { timeout: timeoutMs }, headersTimeout: timeoutMs });
  const authorization: Record<string, string> =
    username === ''
      ? {}
      : {
          'proxy-authorization': `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`,
        };
  const { statusCode, socket } = await client.connect({
    path: `${host}:${port}`,
    headers: { host: `${host}:${port}`, ...authorization },
  });
  if (statusCode === 200) return socket;
  socket.destroy();
  throw new Error(`the proxy answered ${statusCode}`);
}

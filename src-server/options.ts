/** What the command line says. */

import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export interface Options {
  port: number;
  host: string;
  folder: string;
  own: { cert: string; key: string } | undefined;
  databaseUrl: string | undefined;
  /** Words after `admin`, or null when the server itself is wanted. */
  admin: readonly string[] | null;
}

export const usage = `Usage: npm run server -- [--port 8443] [--host 127.0.0.1] [--data DIR] [--tls-cert FILE --tls-key FILE]
       npm run server -- admin enrol-code | devices | revoke WORKSTATION | knowledge load FOLDER  [--data DIR]
DATABASE_URL names a PostgreSQL server in place of the embedded database.`;

/** Throws an Error with a sentence when the words do not fit. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      port: { type: 'string', default: '8443' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) throw new Error(usage);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error('The port is a number from 0 to 65535.');
  const [first, ...rest] = positionals;
  if (first !== undefined && first !== 'admin') throw new Error(usage);
  const { 'tls-cert': cert, 'tls-key': key } = values;
  if ((cert === undefined) !== (key === undefined)) throw new Error('--tls-cert and --tls-key go together.');
  return {
    port,
    host: values.host,
    folder: values.data ?? join(environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'lamplight-server'),
    own: cert !== undefined && key !== undefined ? { cert, key } : undefined,
    databaseUrl: environment.DATABASE_URL,
    admin: first === 'admin' ? rest : null,
  };
}

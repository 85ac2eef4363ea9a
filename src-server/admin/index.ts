/** What an administrator does on the server's machine. */
import { resolve } from 'node:path';
import { checkLogs } from '../audit/index.ts';
import { listDevices, newCode, revokeDevice } from '../devices/index.ts';
import type { House } from '../house.ts';

/** The commands by name; each takes its arguments and answers what is printed as JSON. */
export const adminCommands: Readonly<
  Record<string, { usage: string; run: (house: House, args: readonly string[]) => Promise<unknown> }>
> = {
  'enrol-code': { usage: 'enrol-code', run: (house) => newCode(house.database, house.certificate.fingerprint, house.now()) },
  devices: { usage: 'devices', run: async (house) => ({ devices: await listDevices(house.database) }) },
  revoke: {
    usage: 'revoke WORKSTATION',
    run: async (house, [id = '']) => {
      await revokeDevice(house.database, id, house.now().toISOString());
      return { ok: true };
    },
  },
  'access-logs': {
    usage: 'access-logs [WORKSTATION]',
    run: async (house, [only]) => {
      const logs = await checkLogs(house.database, house.identity, only);
      return { ok: logs.every((log) => log.ok), logs };
    },
  },
  knowledge: { usage: 'knowledge load FOLDER', run: (house, [, folder = '']) => house.coach.load(resolve(folder)) },
};

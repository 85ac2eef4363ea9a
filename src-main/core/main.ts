/** The core as a process of its own, started by the shell. */
import '../../src-node/no-telemetry.ts';
import { createCore } from './core.ts';
import { onClient, onPlace, onShell } from './host.ts';
import { systemChance, systemClock } from './ports.ts';
import { openDeviceKeys } from './vault/index.ts';

const TICK_MS = 2_000;
/** The page paints its sign-in first. */
const WARM_AFTER_MS = 400;

const root = argument('--vault-root');
const core = createCore({
  root,
  clock: systemClock,
  chance: systemChance,
  deviceKeys: await openDeviceKeys(process.env),
  background: true,
  report: (line) => process.stderr.write(`${line}\n`),
});

setInterval(() => core.tick(), TICK_MS).unref();
onClient((transport) => {
  core.connect(transport);
  setTimeout(() => void core.warm(), WARM_AFTER_MS).unref();
});
onPlace((handle, path) => core.places.offer(path, handle));
onShell((notice) => {
  if (notice === 'quit') void core.close().finally(() => process.exit(0));
  else core.lockAll();
});

function argument(name: string): string {
  const value = process.argv[process.argv.indexOf(name) + 1];
  if (!process.argv.includes(name) || !value) throw new Error(`${name} is missing`);
  return value;
}

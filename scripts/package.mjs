/**
 * `npm run package [-- FOLDER]`: the application as a folder below dist/, or below the folder named. Of an official Electron it is a package like any other; of the one that set-up makes elsewhere it is
 * a development build: it says so in its name and is refused a signature.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'electron-builder';
import { VERSION as VERSION_22 } from './electron-22.mjs';
import { resolveElectron } from './electron-runtime.mjs';
import { stageCore } from './package-core.mjs';
import { root } from './paths.mjs';
import { SetupError, say } from './say.mjs';

const staging = join(root, 'out', 'package');
const target = resolve(root, process.argv[2] ?? 'dist');

try {
  await pack();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}

async function pack() {
  const electron = await resolveElectron();
  const development = electron.version === VERSION_22;
  if (development && (process.env.CSC_LINK || process.env.WIN_CSC_LINK)) {
    throw new SetupError(
      'A development build is never signed. Unset CSC_LINK, or package where the official Electron can be had.',
    );
  }
  const hashes = stageCore(join(staging, 'core'), development ? 'development' : 'release');
  mkdirSync(join(staging, 'list'), { recursive: true });
  writeFileSync(join(staging, 'list', 'core-files.json'), JSON.stringify(hashes));
  process.env.CSC_IDENTITY_AUTO_DISCOVERY = 'false';
  const outputs = await build({
    targets: undefined,
    dir: true,
    publish: 'never',
    projectDir: root,
    config: configuration(electron, development),
  });
  say(`${development ? 'development build, not for patients' : 'package'}: ${outputs.length > 0 ? outputs.join(', ') : target}`);
}

function configuration(electron, development) {
  return {
    appId: 'org.lamplight.workstation',
    productName: development ? 'Lamplight Development' : 'Lamplight',
    executableName: 'lamplight',
    directories: { output: target },
    electronVersion: electron.version,
    electronDist: dirname(electron.executable),
    npmRebuild: false,
    asar: true,
    files: [
      'out/main/**',
      'out/preload/**',
      'out/renderer/**',
      'package.json',
      '!node_modules/**',
      { from: join(staging, 'list'), to: 'out/main' },
    ],
    afterPack: ({ appOutDir, packager }) => {
      const resources = packager.getResourcesDir(appOutDir);
      // The bootstrap of the Electron made by set-up has no place in a package.
      rmSync(join(resources, 'app'), { recursive: true, force: true });
      // Not as extraResources, which leave node_modules out.
      cpSync(join(staging, 'core'), join(resources, 'core'), { recursive: true });
    },
    electronFuses: {
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
    },
    linux: { target: 'dir', category: 'MedicalSoftware' },
    mac: { target: 'dir', identity: null },
    win: { target: 'dir' },
  };
}

/** English, put together from the words of each domain. A screen's words lie beside it in en.ts. */
import { wayIn } from '../components/way-in.en.ts';
import { files } from '../files/en.ts';
import { audit } from '../screens/audit/en.ts';
import { batch } from '../screens/batch/en.ts';
import { chart } from '../screens/chart/en.ts';
import { coaching } from '../screens/coaching/en.ts';
import { compliance } from '../screens/compliance/en.ts';
import { imaging } from '../screens/imaging/en.ts';
import { incidents } from '../screens/incidents/en.ts';
import { lifetime } from '../screens/lifetime/en.ts';
import { pacs } from '../screens/pacs/en.ts';
import { patients } from '../screens/patients/en.ts';
import { reading } from '../screens/reading/en.ts';
import { scan } from '../screens/scan/en.ts';
import { backup } from '../screens/settings/backup/en.ts';
import { settings } from '../screens/settings/en.ts';
import { vault } from '../screens/settings/vault/en.ts';
import { setup } from '../screens/setup/en.ts';
import { signIn } from '../screens/sign-in/en.ts';
import { sync } from '../screens/sync/en.ts';
import { today } from '../screens/today/en.ts';
import { common } from './common.en.ts';
import { frame } from './frame.en.ts';

export const en = {
  ...common,
  frame,
  files,
  setup,
  signIn,
  today,
  patients,
  lifetime,
  chart,
  scan,
  reading,
  batch,
  imaging,
  pacs,
  coaching,
  sync,
  audit,
  incidents,
  settings,
  vault,
  wayIn,
  backup,
  compliance,
} as const;

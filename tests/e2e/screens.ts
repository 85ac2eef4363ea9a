/**
 * `npm run screens`: every screen in its states, light and dark, at 1366x768 and at 200 %, and the viewer with every kind of examination, into out/screens. A line a picture; exit status 1 where axe
 * finds a serious fault, something is wider than the window, or a picture could not be taken.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { hasRealStudies, realClinic } from './real-studies.ts';
import { type Camera, folder, openCamera, readingRoom } from './screens/camera.ts';
import { examinations, pictureExaminations } from './screens/examinations.ts';
import { pictureNewClinic } from './screens/new-clinic.ts';
import { pictureSampleClinic } from './screens/sample-clinic.ts';

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const faults: string[] = [];
let taken = 0;

async function album(clinic: string, pictures: (camera: Camera) => Promise<void>, open = openCamera): Promise<void> {
  const camera = await open();
  await pictures(camera).catch((error) =>
    camera.faults.push(`${clinic}: ${error instanceof Error ? error.message : String(error)}`),
  );
  faults.push(...camera.faults, ...camera.complaints.map((complaint) => `${clinic}: the page complained: ${complaint}`));
  taken += camera.taken();
  // Its complaints are among the faults already.
  await camera.close().catch(() => undefined);
}

await Promise.all([album('new clinic', pictureNewClinic), album('sample clinic', pictureSampleClinic)]);
if (hasRealStudies) {
  const clinic = await realClinic();
  clinic.takeIn(...examinations);
  await album(
    'real examinations',
    (camera) => pictureExaminations(camera, clinic),
    () => openCamera(() => clinic.open({ theme: 'light' }), readingRoom),
  );
  clinic.remove();
} else process.stdout.write('real examinations: none here, 0 pictures of the viewer (LAMPLIGHT_SHARED says where they are)\n');
process.stdout.write(
  `${taken} pictures in out/screens, ${faults.length} faults${faults.length > 0 ? ':' : ''}\n${faults.map((fault) => `${fault}\n`).join('')}`,
);
process.exit(faults.length === 0 ? 0 : 1);

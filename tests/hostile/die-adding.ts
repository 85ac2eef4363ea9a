/** Makes a vault in the folder it is given, adds to it, and dies in the middle as a power cut would have it. Prints what was acknowledged, one a line. */
import { writeSync } from 'node:fs';
import { testCore } from '../fixtures/core.ts';
import { AMINA } from './core.fixture.ts';
import { fundus } from './pictures.fixture.ts';

const say = (line: string) => writeSync(1, `${line}\n`);

const made = await testCore(process.argv[2]);
const client = await made.create();
const { id } = await client.call('patients.register', AMINA);
say(id);
const open = made.core.clinic();
const { person } = await client
  .call('session.status', {})
  .then(({ session }) => session ?? Promise.reject(new Error('nobody is signed in')));
const context = open?.contextOf(person);
if (!context) throw new Error('no vault is open');
const first = await context.vault.files.write(id, 'kept', 'image/jpeg', fundus);
say(
  context.write({ action: 'C', procedure: 'images.add', patient: id }, (tx) => context.vault.files.record(tx.db, first, tx.at)),
);
await context.vault.files.write(id, 'never recorded', 'image/jpeg', fundus.subarray(1));
const { upload } = await client.call('uploads.begin', { name: 'letter', size: fundus.byteLength });
await client.call('uploads.chunk', { upload, offset: 0, bytes: fundus.subarray(0, 9000) });
context.write({ action: 'C', procedure: 'records.import' }, (tx) => {
  tx.db.prepare("INSERT INTO import_run (id, person, at) VALUES ('run', ?, ?)").run(person.id, tx.at);
});
say('the beginning of an import');
context.write({ action: 'C', procedure: 'patients.register' }, (tx) => {
  tx.db.prepare("INSERT INTO setting (key, value) VALUES ('hidden', '1')").run();
  process.kill(process.pid, 'SIGKILL');
});

/** `node record-run.ts WORK FOLDER LOG`: runs a work and writes its log. */
import { writeFileSync } from 'node:fs';
import { serialize } from 'node:v8';
import { record } from './recorder.ts';
import { portsOf, prepare, works } from './works.ts';

const [name = '', folder = '', log = ''] = process.argv.slice(2);
const work = works[name];
if (!work) throw new Error(`works are ${Object.keys(works).join(', ')}`);
prepare(name, folder);
const ports = await portsOf(folder);
const recorder = record(folder);
await work({ folder, ports, acknowledge: recorder.acknowledge });
const bytes = serialize(recorder.entries);
writeFileSync(log, bytes);

/** Every expected failure. A new one goes into the file of its subject. */
import { calls } from './calls.ts';
import { documents } from './documents.ts';
import type { Entry } from './entry.ts';
import { imaging } from './imaging.ts';
import { people } from './people.ts';
import { reading } from './reading.ts';
import { records } from './records.ts';
import { server } from './server.ts';
import { vault } from './vault.ts';

const entries = { ...calls, ...people, ...records, ...vault, ...imaging, ...reading, ...documents, ...server };

/** Code → what it means, what the person can do, HTTP status. */
export const catalogue: Readonly<Record<keyof typeof entries, Entry>> = entries;

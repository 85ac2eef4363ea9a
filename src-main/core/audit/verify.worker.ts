/** Checks slices of the log as they come, beside the core. */
import { parentPort } from 'node:worker_threads';
import type { Verdict } from '../../../src-shared/audit/lines.ts';
import { type LogToCheck, sliceChecker } from './check-slices.ts';
import type { Slice } from './rows.ts';

export type ToVerifier = { t: 'begin'; log: LogToCheck } | { t: 'slice'; slice: Slice } | { t: 'finish' };
export type FromVerifier = { t: 'checked'; bad: boolean } | { t: 'verdict'; verdict: Verdict };

let checker: ReturnType<typeof sliceChecker> | null = null;

const port = parentPort;
if (!port) throw new Error('this file is a worker');
const tell = (message: FromVerifier) => port.postMessage(message);
port.on('message', (message: ToVerifier) => {
  if (message.t === 'begin') checker = sliceChecker(message.log);
  else if (!checker) throw new Error('the log has not begun');
  else if (message.t === 'slice') tell({ t: 'checked', bad: checker.check(message.slice) });
  else tell({ t: 'verdict', verdict: checker.verdict() });
});

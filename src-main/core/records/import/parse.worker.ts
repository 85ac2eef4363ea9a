/** Takes import files apart in a thread of its own: hostile or huge ones must not stop the thread that answers the page. */
import { parentPort } from 'node:worker_threads';
import { errorAnswer } from '../../../../src-shared/errors/index.ts';
import type { Answer, Request } from './messages.ts';
import { openFile } from './open.ts';
import { type ResolvedFile, resolveFile } from './resolve.ts';

let file: ResolvedFile | undefined;

function answer(request: Request): unknown {
  if (request.t === 'open') {
    file = undefined;
    file = resolveFile(openFile(request.bytes, request.name, request.nowMs));
    return file.opened;
  }
  if (file === undefined) throw new Error('no file is open');
  switch (request.t) {
    case 'heads':
      return file.heads(request.from);
    case 'decide':
      return file.decide(request.decision);
    case 'ready':
      return file.ready(request.from);
  }
}

parentPort?.on('message', (request: Request) => {
  let reply: Answer;
  try {
    reply = { ok: true, value: answer(request) };
  } catch (thrown) {
    reply = { ok: false, error: errorAnswer(thrown) };
  }
  parentPort?.postMessage(reply);
});

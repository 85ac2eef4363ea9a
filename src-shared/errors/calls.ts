/** What can befall every call. */
import type { Entry } from './entry.ts';

export const calls = {
  internal: {
    message: 'Something went wrong inside Lamplight.',
    action: 'Nothing was changed. Try again; if it happens again, give IT the time and this code.',
    status: 500,
  },
  'invalid-input': { message: 'The input does not fit: {what}.', action: 'Correct it and try again.', status: 400 },
  'unknown-procedure': {
    message: 'There is no procedure called {name}.',
    action: 'Check the name; `cli call --help` lists them all.',
    status: 404,
  },
  'not-found': {
    message: 'The {what} was not found.',
    action: 'It may have been removed or the number mistyped. Search again.',
    status: 404,
  },
  conflict: {
    message: 'Somebody changed this in the meantime.',
    action: 'Look at the newer version and enter your change again.',
    status: 409,
  },
  cancelled: { message: 'This was cancelled.', action: 'Nothing was kept of it. Start again when you like.', status: 499 },
  busy: { message: 'Too much of this is under way.', action: 'Wait until some of it has finished.', status: 429 },
  'time-limit': {
    message: 'This took longer than {seconds} seconds and was stopped.',
    action: 'Try a smaller file, or split it.',
    status: 504,
  },
  'too-many-drafts': {
    message: 'This is not kept yet: you have {count} unfinished drafts, as many as are kept for one person.',
    action:
      'Finish or throw away some of them under Today. What you have just typed stays on this screen meanwhile and is saved then.',
    status: 409,
  },
  'too-many-jobs': {
    message: 'This was not started: {count} of your jobs are still under way.',
    action: 'Wait until some are done, or cancel some, and start it again.',
    status: 429,
  },
} as const satisfies Record<string, Entry>;

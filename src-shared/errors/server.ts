/** The server, and what is asked of it. */
import type { Entry } from './entry.ts';

export const server = {
  'server-unreachable': {
    message: 'The server cannot be reached.',
    action: 'Work on: everything is kept here and sent when the server is back. Check the address if it is new.',
    status: 503,
  },
  'server-slow': {
    message: 'The server did not answer in time.',
    action: 'Work on: it will be tried again by itself.',
    status: 504,
  },
  'server-certificate': {
    message: 'The server shows another certificate than the one this workstation was paired with.',
    action: 'Nothing was sent. Ask IT whether the server was replaced; pair again only if they say so.',
    status: 495,
  },
  'server-rubbish': {
    message: 'What answered is not a Lamplight server, or speaks another version.',
    action: 'Check the address; behind a guest network, sign in there first.',
    status: 502,
  },
  'server-refused': {
    message: 'The server refused: {what}.',
    action: 'Look at the item in the synchronisation screen.',
    status: 403,
  },
  'not-paired': {
    message: 'This workstation is not paired with a server.',
    action: 'Pair it with the address and enrolment code that IT gives you.',
    status: 409,
  },
  'enrolment-code-wrong': {
    message: 'The enrolment code is wrong or was used up.',
    action: 'Ask IT for a new one; each code works once.',
    status: 401,
  },
  'clock-wrong': {
    message: 'The clock of this machine and that of the server are {minutes} minutes apart.',
    action: 'Set the clock right, or ask IT to. Nothing is lost: it never decides which change wins.',
    status: 409,
  },
  'plain-http': { message: 'Plain http is not allowed.', action: 'Use the https address.', status: 400 },
  'knowledge-missing': {
    message: 'There is no knowledge base here yet.',
    action: 'Synchronise once with the server, or ask IT to load it.',
    status: 503,
  },
  'question-not-clinical': {
    message: 'This does not look like a clinical question.',
    action: 'Ask about a disease, a finding, a medicine or a test.',
    status: 422,
  },
} as const satisfies Record<string, Entry>;

/** Documents that leave: made in the core, fetched in pieces by whoever asked for them, saved by the shell where the person says. They never lie on the disk in clear before that. */
import { z } from 'zod';
import { procedure } from './procedure.ts';
import { bytes, job } from './types.ts';

/** What a procedure answers that makes one. */
export const handout = z.object({ handout: z.string(), name: z.string(), mediaType: z.string() });
export type Handout = z.output<typeof handout>;

export const handouts = {
  'handouts.read': procedure({
    kind: 'query',
    input: z.object({ handout: z.string() }),
    output: z.object({ bytes, done: z.boolean() }),
    permission: 'signed-in',
    audit: null,
    summary: 'The next piece of a document that this person has asked for',
  }),
  'handouts.save': procedure({
    kind: 'job',
    input: z.object({ handout: z.string(), place: z.string() }),
    output: job,
    permission: 'signed-in',
    audit: 'E',
    summary: 'Save a document that was made, in clear, where the person chose in a dialog of the system',
  }),
};

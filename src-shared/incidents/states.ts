/** The life of an incident and its two clocks. */

export const incidentStates = ['open', 'investigating', 'not-a-breach', 'breach-confirmed', 'closed'] as const;
export type IncidentState = (typeof incidentStates)[number];

/** Where an incident may go from where it is. Nothing is closed unlooked at, and what was closed is opened again by investigating. */
export const nextStates: Readonly<Record<IncidentState, readonly IncidentState[]>> = {
  open: ['investigating'],
  investigating: ['not-a-breach', 'breach-confirmed'],
  'not-a-breach': ['investigating', 'closed'],
  'breach-confirmed': ['investigating', 'closed'],
  closed: ['investigating'],
};

/** Nobody has to do anything about these any more. */
export const finishedStates: readonly IncidentState[] = ['not-a-breach', 'closed'];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Deadlines {
  /** 72 hours from becoming aware: to the supervisory authority (GDPR art. 33(1)). */
  authority: string;
  /** 60 calendar days from discovery: to the individuals and, from 500 of them on, to the Secretary and the media (45 CFR 164.404(b), 164.406, 164.408). */
  individuals: string;
}

/** @param discoveredAt ISO 8601: when it was first known, or would have been with reasonable diligence (45 CFR 164.404(a)(2)) */
export function deadlines(discoveredAt: string): Deadlines {
  const ms = Date.parse(discoveredAt);
  return { authority: new Date(ms + 72 * HOUR_MS).toISOString(), individuals: new Date(ms + 60 * DAY_MS).toISOString() };
}

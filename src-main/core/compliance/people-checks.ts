/** Who can get in, how, and whether anybody watches. */

import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { goesOnWords } from '../../../src-shared/audit/goes-on.ts';
import { verifyLogAside } from '../audit/index.ts';
import { checkNotices } from '../ledger/index.ts';
import { factorIsOn, readSettings } from '../people/index.ts';
import { counted, fails, type Looker, law, note } from './check.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** OWASP's and RFC 9106's floor for a machine of our kind. */
const ARGON2_KIB_MIN = 64 * 1024;
const ARGON2_PASSES_MIN = 3;
const IDLE_MS_MAX = 15 * 60_000;
const IDLE_MS_USUAL = 5 * 60_000;
/** A seal comes at each sign-out and every 256 entries. */
const UNSEALED_MAX = 256;
const RECEIPT_MS_MAX = 7 * DAY_MS;
/** GDPR art. 33(1): 72 hours from becoming aware. 45 CFR 164.404(b): 60 days from discovery. */
const REVIEW_MS_MAX = 72 * HOUR_MS;
const CLOSE_MS_MAX = 60 * DAY_MS;

interface UserRow {
  id: string;
  user_name: string;
  roles: string;
  state: string;
}

export const passwordStretching: Looker = ({ keys }) => {
  const parameters = keys.slots.flatMap(({ header }) => (header.kind === 'user' ? [header.argon2] : []));
  const weak = parameters.filter(({ memoryKib, passes }) => memoryKib < ARGON2_KIB_MIN || passes < ARGON2_PASSES_MIN);
  const least = Math.min(...parameters.map(({ memoryKib }) => memoryKib)) / 1024;
  const said =
    weak.length > 0
      ? `${counted(weak.length, 'password')} of ${parameters.length} ${weak.length === 1 ? 'is' : 'are'} stretched with less than 64 MiB.`
      : `${counted(parameters.length, 'password')}, each stretched by Argon2id with at least ${least} MiB.`;
  return fails(
    'password-stretching',
    parameters.length > 0 && weak.length === 0,
    said,
    law.authentication,
    law.access,
    law.security,
  );
};

export const deviceKey: Looker = ({ vault }) =>
  note(
    'device-key',
    vault.deviceKey === 'keychain',
    vault.deviceKey === 'keychain'
      ? "This machine's key lies in the keychain of its operating system."
      : "This machine's key lies in a file that only its owner may read: there is no keychain here.",
    law.encryption,
    law.workstation,
  );

export const recoveryWays: Looker = ({ keys }) => {
  const of = (kind: string) => keys.slots.filter(({ header }) => header.kind === kind).length;
  return fails(
    'recovery-ways',
    of('recovery') > 0,
    `${of('recovery') > 0 ? 'A recovery code opens the vault' : 'NO recovery code opens the vault'}, and ${counted(of('escrow'), 'escrow key')} of the hospital.`,
    law.recoveryPlan,
    law.emergency,
    law.restoring,
  );
};

/** What the kernel moves out of memory lies on the disk as it was. */
export const swap: Looker = () => {
  if (process.platform !== 'linux')
    return note('swap', true, 'Not looked at on this system: macOS encrypts its swap; on Windows use BitLocker.', law.encryption);
  const areas = existsSync('/proc/swaps') ? readFileSync('/proc/swaps', 'utf8').trim().split('\n').slice(1) : [];
  const open = areas.map((line) => line.split(/\s+/)[0] ?? '').filter((area) => !/\/(?:dm-|mapper\/|zram)/.test(area));
  const said =
    areas.length === 0
      ? 'This machine has no swap.'
      : open.length === 0
        ? 'The swap of this machine lies in memory or on a mapped device.'
        : `${counted(open.length, 'swap area')} may not be encrypted: use an encrypted one or none.`;
  return note('swap', open.length === 0, said, law.encryption, law.security);
};

export const uniqueUsers: Looker = ({ db, keys }) => {
  const active = users(db).filter(({ state }) => state === 'active');
  const ids = new Set(keys.slots.flatMap(({ header }) => (header.kind === 'user' ? [header.user] : [])));
  const gone = users(db).filter(({ id, state }) => state !== 'active' && ids.has(id));
  const said = `${counted(active.length, 'person', 'people')}, each with a name and a key of their own.${gone.length > 0 ? ` ${counted(gone.length, 'person', 'people')} switched off still ${gone.length === 1 ? 'has' : 'have'} a key: it opens no session.` : ''}`;
  return fails('unique-users', active.length > 0, said, law.uniqueUsers, law.access);
};

export const secondFactor: Looker = ({ db }) => {
  const administrators = users(db).filter(
    ({ state, roles }) => state === 'active' && z.array(z.string()).parse(JSON.parse(roles)).includes('it-admin'),
  );
  const without = administrators.filter(({ id }) => !factorIsOn(db, id));
  const said =
    without.length > 0
      ? `${counted(without.length, 'administrator')} of ${administrators.length} ${without.length === 1 ? 'signs' : 'sign'} in without a second factor: ${without.map(({ user_name: name }) => name).join(', ')}.`
      : `${counted(administrators.length, 'administrator')}, each with a second factor.`;
  return fails(
    'second-factor',
    administrators.length > 0 && without.length === 0,
    said,
    law.authentication,
    law.access,
    law.security,
  );
};

export const idleLock: Looker = ({ db }) => {
  const set = readSettings(db).idleLockMs;
  const idleMs = typeof set === 'number' ? set : IDLE_MS_USUAL;
  return fails(
    'idle-lock',
    idleMs <= IDLE_MS_MAX,
    `A session that nobody touches is covered after ${idleMs / 60_000} minutes${idleMs > IDLE_MS_MAX ? ': more than 15' : ''}.`,
    law.logoff,
    law.workstation,
    law.security,
  );
};

export const emergencyAccess: Looker = ({ db, clock }) => {
  const since = new Date(clock.now() - 30 * DAY_MS).toISOString();
  const broken = db
    .prepare<[string], { count: number; silent: number | null }>(
      "SELECT count(*) AS count, sum(trim(reason) = '' AND trim(code) = '') AS silent FROM glass_broken WHERE at > ?",
    )
    .get(since);
  return fails(
    'emergency-access',
    (broken?.silent ?? 0) === 0,
    `The glass was broken ${counted(broken?.count ?? 0, 'time')} in 30 days, each time with a reason and for an hour.`,
    law.emergency,
    law.activityReview,
  );
};

export const logChain: Looker = async ({ db, device, publicKey }) => {
  const verdict = await verifyLogAside(db, device, publicKey);
  const said = verdict.ok
    ? `${counted(verdict.entries, 'entry', 'entries')} and ${counted(verdict.seals, 'seal')}: nothing was changed, taken out, put in or cut off.${(verdict.goesOn ?? []).map((at) => ` ${goesOnWords(at)}`).join('')}`
    : `The log is NOT whole at entry ${verdict.firstBad?.index ?? 'unknown'}: ${verdict.firstBad?.what ?? 'unknown'}.`;
  return fails('log-chain', verdict.ok, said, law.auditControls, law.integrity, law.accountability);
};

export const logSeals: Looker = ({ db }) => {
  const entries = number(db, 'SELECT coalesce(max(n), 0) FROM audit');
  const sealed = number(db, 'SELECT coalesce(max(count), 0) FROM audit_seal');
  return fails(
    'log-seals',
    entries - sealed <= UNSEALED_MAX,
    `The last seal of this machine covers ${sealed} of ${counted(entries, 'entry', 'entries')}.`,
    law.auditControls,
    law.authenticity,
  );
};

export const logReceipts: Looker = ({ db, clock }) => {
  const last = db
    .prepare<[], { count: number; at: string }>('SELECT count, at FROM audit_receipt ORDER BY count DESC LIMIT 1')
    .get();
  const fresh = last !== undefined && clock.now() - Date.parse(last.at) <= RECEIPT_MS_MAX;
  const said = last
    ? `The server has confirmed ${counted(last.count, 'entry', 'entries')}, last on ${last.at.slice(0, 10)}.`
    : 'No server has confirmed this log: somebody with all keys of this machine could write it anew.';
  return note('log-receipts', fresh, said, law.auditControls, law.accountability);
};

/** Care relations, legal holds, incidents and erasures of all workstations: each notice as it was signed, none missing. */
export const noticesWhole: Looker = ({ db }) => {
  const { notices, devices, bad } = checkNotices(db);
  const said =
    bad === null
      ? notices === 0
        ? 'This workstation exchanges no notices with others.'
        : `${counted(notices, 'notice')} of ${counted(devices, 'workstation')} and the server follow from each other and are as they were signed.`
      : `The ${bad}.`;
  return fails('notices-whole', bad === null, said, law.auditControls, law.integrity, law.authenticity, law.accountability);
};

export const incidentsReviewed: Looker = ({ db, clock }) => {
  const before = (ms: number) => new Date(clock.now() - ms).toISOString();
  const waiting = (states: string, at: string) =>
    db
      .prepare<[string], number>(
        `SELECT count(*) FROM incident WHERE severity <> 'note' AND state IN (${states}) AND discovered_at < ?`,
      )
      .pluck()
      .get(at) ?? 0;
  const unread = waiting("'open'", before(REVIEW_MS_MAX));
  const unclosed = waiting("'investigating', 'breach-confirmed'", before(CLOSE_MS_MAX));
  const all = number(db, "SELECT count(*) FROM incident WHERE state NOT IN ('not-a-breach', 'closed')");
  const said =
    unread + unclosed > 0
      ? `${counted(unread, 'incident')} (broken glass included) nobody has looked at for 72 hours; ${unclosed} not closed after 60 days.`
      : `${counted(all, 'incident')} open, none past its clock (72 hours to be looked at, 60 days to be closed).`;
  return fails('incidents-reviewed', unread + unclosed === 0, said, law.incidents, law.activityReview, law.breach);
};

function users(db: Parameters<typeof factorIsOn>[0]): UserRow[] {
  return db.prepare<[], UserRow>('SELECT id, user_name, roles, state FROM user').all();
}

function number(db: Parameters<typeof factorIsOn>[0], sql: string): number {
  return db.prepare<[], number>(sql).pluck().get() ?? 0;
}

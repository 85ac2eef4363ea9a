/** Passwords: rules and Argon2id (RFC 9106). */
import { totalmem } from 'node:os';
import { hashRaw, type Options } from '@node-rs/argon2';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Chance, Clock } from '../context.ts';
import type { DeviceKeyPlace } from './device-key.ts';

export interface Argon2Parameters {
  /** KiB; not below 64 MiB. */
  memoryKib: number;
  passes: number;
  lanes: number;
}

const FLOOR: Argon2Parameters = { memoryKib: 64 * 1024, passes: 3, lanes: 4 };
/** The middle of the 300 to 700 ms that a hash shall take. */
const TARGET_MS = 450;
/** A hash that takes less than this is due for more memory: far enough below 300 ms that a quick moment does not count. */
const TOO_QUICK_MS = 200;
const STEP_KIB = 16 * 1024;
const MEMORY_KIB_MAX = Math.max(FLOOR.memoryKib, Math.min(1024 * 1024, Math.floor(totalmem() / 16 / 1024 / STEP_KIB) * STEP_KIB));

/** Shortest password. Longer where the machine's key lies in a file: then the password carries more. */
export function passwordLengthMin(place: DeviceKeyPlace): number {
  return place === 'keychain' ? 10 : 12;
}

/** Length counts, not kinds of characters (NIST SP 800-63B 5.1.1). Throws `password-too-weak`. */
export function checkPassword(password: string, userName: string, place: DeviceKeyPlace): void {
  const lengthMin = passwordLengthMin(place);
  const plain = password.toLowerCase();
  if ([...password].length < lengthMin) throw new AppError('password-too-weak', { rule: `at least ${lengthMin} characters` });
  if (new Set(plain).size < 5) throw new AppError('password-too-weak', { rule: 'at least five different characters' });
  if (userName.length >= 3 && plain.includes(userName.toLowerCase()))
    throw new AppError('password-too-weak', { rule: 'not with the user name in it' });
}

/** 32 bytes from a password, on a thread of the library. */
export async function stretch(password: string, salt: Uint8Array, parameters: Argon2Parameters): Promise<Buffer> {
  const options: Options = {
    memoryCost: parameters.memoryKib,
    timeCost: parameters.passes,
    parallelism: parameters.lanes,
    salt,
    outputLen: 32,
    algorithm: 2,
  };
  return await hashRaw(password.normalize('NFC'), options);
}

/** Memory raised from the floor until one hash takes about 450 ms on this machine; three passes and four lanes always (RFC 9106, section 4). */
export async function tune(clock: Clock, chance: Chance): Promise<Argon2Parameters> {
  const startedMs = clock.now();
  await stretch('tuning', chance.bytes(16), FLOOR);
  return scaled(FLOOR, clock.now() - startedMs);
}

/** Stronger parameters where these took too little time here, or null. A slow moment of the machine never weakens them. */
export function raised(known: Argon2Parameters, tookMs: number): Argon2Parameters | null {
  if (tookMs <= 0 || tookMs >= TOO_QUICK_MS) return null;
  const better = scaled(known, tookMs);
  return better.memoryKib > known.memoryKib ? better : null;
}

function scaled(from: Argon2Parameters, tookMs: number): Argon2Parameters {
  // Under a clock that stands still (in tests) it stays as it is.
  if (tookMs <= 0) return from;
  const wanted = Math.floor((from.memoryKib * TARGET_MS) / tookMs / STEP_KIB) * STEP_KIB;
  return { ...from, memoryKib: Math.max(FLOOR.memoryKib, Math.min(MEMORY_KIB_MAX, wanted)) };
}

/** Passwords: rules and Argon2id (RFC 9106). */
import { type Options, hashRaw } from '@node-rs/argon2';
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
const TARGET_MS_MIN = 300;
const PASSES_MAX = 24;

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
  if (userName.length >= 3 && plain.includes(userName.toLowerCase())) throw new AppError('password-too-weak', { rule: 'not with the user name in it' });
}

/** 32 bytes from a password, on a thread of the library. */
export async function stretch(password: string, salt: Uint8Array, parameters: Argon2Parameters): Promise<Buffer> {
  const options: Options = { memoryCost: parameters.memoryKib, timeCost: parameters.passes, parallelism: parameters.lanes, salt, outputLen: 32, algorithm: 2 };
  return await hashRaw(password.normalize('NFC'), options);
}

/** Passes raised from the floor until one hash takes 300 ms or more on this machine. */
export async function tune(clock: Clock, chance: Chance): Promise<Argon2Parameters> {
  const started = clock.now();
  await stretch('tuning', chance.bytes(16), FLOOR);
  const floorMs = clock.now() - started;
  // Under a clock that stands still (in tests) the floor it is.
  if (floorMs <= 0) return FLOOR;
  const passes = Math.min(PASSES_MAX, Math.max(FLOOR.passes, Math.ceil((FLOOR.passes * TARGET_MS_MIN) / floorMs)));
  return { ...FLOOR, passes };
}

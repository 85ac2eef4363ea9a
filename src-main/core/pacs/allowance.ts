/** Memory for what is on its way in, over all lines together; and the place where one object grows within it. */
import { totalmem } from 'node:os';
import { Writable } from 'node:stream';
import { limits } from './protocol.ts';

const LEAST_BYTES = 256 * 1024 * 1024;

/** An eighth of the machine's memory, at most what one object may have. */
export const memoryBytes = (total = totalmem()) => Math.min(limits.objectBytes, Math.max(LEAST_BYTES, Math.floor(total / 8)));

export interface Allowance {
  /** False, and nothing taken, where so much more is not there. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function openAllowance(most: number): Allowance {
  let held = 0;
  return {
    take(bytes) {
      if (held + bytes > most) return false;
      held += bytes;
      return true;
    },
    give(bytes) {
      held -= bytes;
    },
  };
}

/**
 * The data set of an object, in pieces as they come. Where there is no room for it the rest is read and thrown away, so that the sender can be told so in the protocol's own words (status A700); more than
 * one object may have ends the line.
 */
export class Sink extends Writable {
  /** Undefined: there was no room. */
  pieces: Buffer[] | undefined = [];
  /** Bytes so far, kept or not. */
  came = 0;
  private taken = 0;
  private readonly allowance: Allowance;

  constructor(allowance: Allowance) {
    super();
    this.allowance = allowance;
  }

  override _write(piece: Buffer, _encoding: string, next: (error?: Error) => void): void {
    this.came += piece.length;
    if (this.came > limits.objectBytes) {
      next(new Error('object too large'));
      return;
    }
    if (this.pieces && this.allowance.take(piece.length)) {
      this.taken += piece.length;
      this.pieces.push(Buffer.from(piece));
    } else this.release();
    next();
  }

  /** Lets go of what was taken; once is enough, more does no harm. */
  release(): void {
    this.pieces = undefined;
    this.allowance.give(this.taken);
    this.taken = 0;
  }

  /** The pieces are somebody else's now; the room stays taken until `release`. */
  handOver(): Buffer[] | undefined {
    const { pieces } = this;
    this.pieces = undefined;
    return pieces;
  }
}

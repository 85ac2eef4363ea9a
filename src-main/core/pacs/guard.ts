/** Watches the bytes of a line before the library puts them together (PS3.8 9.3): units larger than anybody sends, and messages without end, end the line. */
import type { Socket } from 'node:net';
import { limits } from './protocol.ts';

const P_DATA = 4;
const TYPES = 7;
/** Bits of a fragment's control header (PS3.8 E.2). */
const COMMAND = 1;
const LAST = 2;

/** @param sunk bytes of the current message that go to a sink, which has bounds of its own */
export function guard(socket: Socket, sunk: () => number): void {
  /** Bytes of the unit that are still to come, and of the fragment in it. */
  let unit = 0;
  let fragment = 0;
  let inData = false;
  let head = Buffer.alloc(0);
  /** Of the message under way: its command, its data set. */
  const came = { command: 0, data: 0 };

  const header = (piece: Buffer, at: number, size: number): number => {
    const wanted = piece.subarray(at, at + size - head.length);
    head = Buffer.concat([head, wanted]);
    return wanted.length;
  };

  socket.on('data', (piece: Buffer) => {
    let at = 0;
    while (at < piece.length) {
      if (fragment > 0 || (unit > 0 && !inData)) {
        const skipped = Math.min(fragment || unit, piece.length - at);
        if (fragment > 0) fragment -= skipped;
        unit -= skipped;
        at += skipped;
        continue;
      }
      if (unit > 0) {
        // A fragment: four bytes of length, the context, the control header; the length counts the last two.
        const read = header(piece, at, 6);
        at += read;
        unit -= read;
        if (head.length < 6 && unit > 0) return;
        if (head.length < 6) return void socket.destroy();
        const [length, control] = [head.readUInt32BE(0), head[5] ?? 0];
        head = Buffer.alloc(0);
        if (length < 2 || length - 2 > unit) return void socket.destroy();
        fragment = length - 2;
        const kind = control & COMMAND ? 'command' : 'data';
        came[kind] += fragment;
        const held = kind === 'data' ? came.data - sunk() : came.command;
        if (held > (kind === 'data' ? limits.messageBytes : limits.commandBytes)) return void socket.destroy();
        if (control & LAST) came[kind] = 0;
        continue;
      }
      // A unit: type, reserved, four bytes of length.
      at += header(piece, at, 6);
      if (head.length < 6) return;
      const type = head[0] ?? 0;
      unit = head.readUInt32BE(2);
      head = Buffer.alloc(0);
      inData = type === P_DATA;
      if (unit > limits.pduBytes || type < 1 || type > TYPES) return void socket.destroy();
    }
  });
}

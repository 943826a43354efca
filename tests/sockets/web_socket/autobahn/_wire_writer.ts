import { concat } from "../../streams/_fakes.ts";
import type { SentFrame } from "./_case.ts";

const KEY = new Uint8Array([0x37, 0xfa, 0x21, 0x3d]);

/** The bytes of a frame, or of a part of it (RFC 6455, section 5.2). */
export function encode(frame: SentFrame, isMasked: boolean): Uint8Array {
  const { firstByte, payload, part: [start, end] } = frame;
  const body = payload.slice(start, end);
  if (isMasked) mask(body, start);
  if (start > 0) return body;
  const length = lengthOf(payload.length);
  if (isMasked) length[0] = (length[0] ?? 0) | 0x80;
  const key = isMasked ? KEY : new Uint8Array(0);
  return concat([new Uint8Array([firstByte]), length, key, body]);
}

function mask(body: Uint8Array, start: number): void {
  for (let i = 0; i < body.length; i++) {
    body[i] = (body[i] ?? 0) ^ (KEY[(start + i) % 4] ?? 0);
  }
}

function lengthOf(size: number): Uint8Array {
  if (size < 126) return new Uint8Array([size]);
  const view = new DataView(new ArrayBuffer(size < 65536 ? 3 : 9));
  if (size < 65536) {
    view.setUint8(0, 126);
    view.setUint16(1, size);
  } else {
    view.setUint8(0, 127);
    view.setBigUint64(1, BigInt(size));
  }
  return new Uint8Array(view.buffer);
}

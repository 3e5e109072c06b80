/** LZ4 frames (lz4_Frame_format.md, version 1.6.4), as Arrow files use them. Checksums are passed over; every length is checked. */

const magic = 0x184d2204;
/** The most bytes that one frame may unpack to. */
const frameLimitBytes = 1024 ** 3;

/** The content of one frame. @throws RangeError where it is damaged or too large */
export function unpackLz4(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== magic) throw new RangeError('its LZ4 data have no frame');
  const flags = view.getUint8(4);
  const hasBlockChecksum = (flags & 0x10) !== 0;
  let at = 6 + ((flags & 0x08) !== 0 ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0) + 1;
  const out = new Output();
  for (;;) {
    const header = view.getUint32(at, true);
    at += 4;
    if (header === 0) return out.bytes();
    const sizeBytes = header & 0x7fffffff;
    if (at + sizeBytes > frame.length) throw new RangeError('its LZ4 data are cut off');
    const block = frame.subarray(at, at + sizeBytes);
    if (header >>> 31 === 1) out.add(block);
    else unpackBlock(block, out);
    at += sizeBytes + (hasBlockChecksum ? 4 : 0);
  }
}

/** Sequences of literals and of matches in what was unpacked before (lz4_Block_format.md). */
function unpackBlock(block: Uint8Array, out: Output): void {
  let at = 0;
  const length = (nibble: number): number => {
    let total = nibble;
    if (nibble !== 15) return total;
    for (let more = 255; more === 255; total += more) more = byteAt(at++);
    return total;
  };
  const byteAt = (index: number): number => {
    const byte = block[index];
    if (byte === undefined) throw new RangeError('its LZ4 data are cut off');
    return byte;
  };
  while (at < block.length) {
    const token = byteAt(at++);
    const literals = length(token >> 4);
    if (at + literals > block.length) throw new RangeError('its LZ4 data are cut off');
    out.add(block.subarray(at, at + literals));
    at += literals;
    if (at >= block.length) return;
    const offset = byteAt(at) | (byteAt(at + 1) << 8);
    at += 2;
    out.repeat(offset, length(token & 15) + 4);
  }
}

class Output {
  #buffer = new Uint8Array(1 << 16);
  #length = 0;

  add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Copies `length` bytes from `offset` bytes back; they may overlap with what they make. */
  repeat(offset: number, length: number): void {
    if (offset === 0 || offset > this.#length) throw new RangeError('its LZ4 data point before their beginning');
    this.#reserve(length);
    const buffer = this.#buffer;
    for (let from = this.#length - offset, end = this.#length + length; this.#length < end; from += 1) buffer[this.#length++] = buffer[from] ?? 0;
  }

  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed > frameLimitBytes) throw new RangeError(`its LZ4 data grow beyond ${frameLimitBytes} bytes`);
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}

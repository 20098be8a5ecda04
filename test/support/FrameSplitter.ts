/** Finds the frames in the bytes that a WebSocket server sends; its handshake comes as one piece before them. */

/** One piece: a frame with its head, or the handshake. */
export interface StreamPiece {
  readonly bytes: Buffer;
  /** Whether it carries a message; the handshake and control frames do not. */
  readonly isMessage: boolean;
}

const HANDSHAKE_END = '\r\n\r\n';

/** See the module header. */
export class FrameSplitter {
  #rest: Buffer = Buffer.alloc(0);
  #isOpen = false;

  /** Takes bytes and gives the pieces that are whole. */
  take(data: Buffer): StreamPiece[] {
    this.#rest = Buffer.concat([this.#rest, data]);
    const pieces: StreamPiece[] = [];
    for (let length = this.#length(); length > 0; length = this.#length()) {
      const bytes = Buffer.from(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
      const opcode = (bytes[0] ?? 0) & 0x0f;
      pieces.push({ bytes, isMessage: this.#isOpen && opcode < 8 });
      this.#isOpen = true;
    }
    return pieces;
  }

  /** Bytes of the first piece; 0 if it is not whole. */
  #length(): number {
    const rest = this.#rest;
    if (!this.#isOpen) {
      const end = rest.indexOf(HANDSHAKE_END);
      return end < 0 ? 0 : end + HANDSHAKE_END.length;
    }
    if (rest.length < 2) return 0;
    const short = rest.readUInt8(1) & 0x7f;
    const headBytes = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (rest.length < headBytes) return 0;
    const content = short === 127 ? Number(rest.readBigUInt64BE(2)) : short === 126 ? rest.readUInt16BE(2) : short;
    return rest.length < headBytes + content ? 0 : headBytes + content;
  }
}

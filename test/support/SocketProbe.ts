/** A WebSocket client that keeps what it receives; waits on messages and pongs, never on time. */
import { WebSocket } from 'ws';

/** A frame as received. */
export interface ReceivedFrame {
  readonly binary: boolean;
  readonly data: Buffer;
  // Tests look into messages field by field.
  json(): ReturnType<typeof JSON.parse>;
}

/** See the module header. */
export class SocketProbe {
  readonly received: ReceivedFrame[] = [];
  readonly socket: WebSocket;
  /** Resolves with the code of the close. */
  readonly closed: Promise<number>;
  #wake: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', (code) => {
        resolve(code);
        this.#wake();
      });
    });
    socket.on('message', (data: Buffer, binary) => {
      this.received.push({ binary, data, json: () => JSON.parse(data.toString()) });
      this.#wake();
    });
  }

  /** Opens it; rejects when the handshake is refused. */
  static open(url: string, headers: Record<string, string>): Promise<SocketProbe> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { headers, perMessageDeflate: false });
      const probe = new SocketProbe(socket);
      socket.once('open', () => resolve(probe));
      socket.once('error', reject);
    });
  }

  /** Sends a message as JSON text. */
  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Removes and gives the next `count` frames, waiting for them. */
  async take(count: number): Promise<ReceivedFrame[]> {
    while (this.received.length < count) {
      if (this.socket.readyState > WebSocket.OPEN) throw new Error(`closed after ${this.received.length} frames`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.received.splice(0, count);
  }

  /** A round trip: whatever the server sent before is here then. */
  async ping(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.socket.once('pong', () => resolve());
      this.socket.ping();
    });
  }

  close(): void {
    this.socket.terminate();
  }
}

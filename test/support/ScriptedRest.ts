/**
 * A REST server that answers as a test tells it, and keeps what it was asked. Bodies are sent as JSON, texts as they
 * are; an answer may also be to cut the connection or to say nothing.
 */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A question that came. */
export interface RestQuestion {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
}

/** What is answered; 200 by default. */
export type RestAnswer =
  | { readonly body: unknown; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  /** Cut at once, cut within the body, or no answer at all. */
  | 'reset'
  | 'half'
  | 'hang';

/** See the module header. */
export class ScriptedRest {
  readonly questions: RestQuestion[] = [];
  /** Answers questions for which nothing is lined up. */
  answer: (question: RestQuestion) => RestAnswer = () => ({ status: 404, body: 'not scripted' });
  readonly #lined: RestAnswer[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
      const question = { path: pathname, query: Object.fromEntries(searchParams), headers: request.headers };
      this.questions.push(question);
      send(response, this.#lined.shift() ?? this.answer(question));
    });
  }

  /** Listens on a free port. */
  static async start(): Promise<ScriptedRest> {
    const server = new ScriptedRest();
    await new Promise<void>((resolve) => {
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next questions are answered so, in order. */
  lineUp(...answers: readonly RestAnswer[]): void {
    this.#lined.push(...answers);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}

function send(response: ServerResponse, answer: RestAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'reset') return void response.destroy();
  if (answer === 'half') {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"values":[', () => response.destroy());
    return;
  }
  const isText = typeof answer.body === 'string';
  const type = isText ? 'text/html' : 'application/json';
  response.writeHead(answer.status ?? 200, { 'content-type': type, ...answer.headers });
  response.end(isText ? answer.body : JSON.stringify(answer.body));
}

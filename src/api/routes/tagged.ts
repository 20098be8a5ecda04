/** Answers that a client keeps and asks for again by their tag: unchanged ones are answered by 304 alone. */
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A request and its reply. */
export interface TaggedCall {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Gives the answer that `tag` names, which is made only for a client that does not have it. */
export async function answerTagged<Answer>(
  tag: string,
  { request, reply }: TaggedCall,
  make: () => Promise<Answer>,
): Promise<Answer> {
  const quoted = `"${tag}"`;
  const isKnown = tagsOf(request).includes(quoted);
  const answer = isKnown ? undefined : await make();
  reply.header('etag', quoted).header('cache-control', 'private, no-cache');
  if (answer !== undefined) return answer;
  // The reply is sent; Fastify does not look at what the handler gives.
  return reply.code(304).send() as unknown as Answer;
}

/** The tags of `If-None-Match`; weak ones count like strong ones, as RFC 9110 has it for reading. */
function tagsOf(request: FastifyRequest): readonly string[] {
  const header = request.headers['if-none-match'];
  return header === undefined ? [] : header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
}

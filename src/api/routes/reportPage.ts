/** How a report goes out as a page of its own. */
import type { FastifyReply } from 'fastify';

/** It holds text of strategies and people: it loads and runs nothing, wherever it is opened. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/** Sets the headers that let a browser show the page and do nothing else with it. */
export function asReportPage(reply: FastifyReply): void {
  void reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY);
}

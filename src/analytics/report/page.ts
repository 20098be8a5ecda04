/** The frame of every report: one HTML page that loads, runs and sends nothing, whatever is in it. */
import { Html, html, NO_HTML } from './html.js';
import { REPORT_STYLE } from './style.js';

/** What a page shows. */
export interface ReportPage {
  /** Of the window. */
  readonly title: string;
  readonly heading: string;
  readonly subtitle: string;
  /** At the right of the head. */
  readonly origin: string;
  /** Sentences to read first; often none. */
  readonly warnings: readonly string[];
  readonly body: readonly Html[];
}

const STYLE = new Html(`<style>${REPORT_STYLE}</style>`);
const POLICY = new Html("default-src 'none'; style-src 'unsafe-inline'");

/** The whole page; ends with a line break. */
export function reportPage({ title, heading, subtitle, origin, warnings, body }: ReportPage): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="dark" />
        <title>${title} – Papertape</title>
        ${STYLE}
      </head>
      <body>
        <header>
          <div>
            <h1>${heading}</h1>
            <div class="muted">${subtitle}</div>
          </div>
          <div class="muted">${origin}</div>
        </header>
        <main>${warningList(warnings)} ${body}</main>
      </body>
    </html> `;
  return page.text;
}

function warningList(sentences: readonly string[]): Html {
  if (sentences.length === 0) return NO_HTML;
  return html`<div class="warning">${sentences.map((text) => html`<p><b>Note</b> ${text}</p>`)}</div>`;
}

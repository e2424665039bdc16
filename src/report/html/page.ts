/** One page that needs nothing else: no network, no script, light or dark, on a screen or on paper.
 *
 *  The documents that it was made from are in it, as they were, for whoever wants the numbers. */
import { Html, html } from './markup.js';

export interface Section {
  readonly title: string;
  /** The verdict of the document, where it has one. */
  readonly verdict?: Verdict | undefined;
  readonly body: Html;
}

export interface Verdict {
  readonly text: string;
  readonly tone: Tone;
}

/** `open`: could not be judged. */
export type Tone = 'good' | 'bad' | 'open';

const STYLE = new Html(`
:root { color-scheme: light dark; --text: #1b1f24; --soft: #59636e; --line: #d1d9e0; --back: #ffffff; --raised: #f6f8fa;
  --good: #116329; --bad: #b3261e; --open: #8a5a00; --bar: #4a78b5; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --soft: #9198a1; --line: #3d444d; --back: #0d1117;
  --raised: #151b23; --good: #4ac26b; --bad: #ff7b72; --open: #e0b24a; --bar: #6ea1e0; } }
body { margin: 2rem auto; padding: 0 1rem; max-width: 68rem; font: 15px/1.5 system-ui, sans-serif; color: var(--text);
  background: var(--back); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
.verdict { font-weight: 600; } .good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
.soft { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .5rem 0; }
th, td { padding: .15rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } .number { text-align: right; }
tr.marked td { background: var(--raised); font-weight: 600; }
td.cell { text-align: center; font-family: ui-monospace, monospace; }
pre, code { font: 13px/1.4 ui-monospace, monospace; } pre { background: var(--raised); padding: .6rem; overflow-x: auto;
  white-space: pre-wrap; overflow-wrap: anywhere; }
svg { display: block; max-width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: var(--text); }
svg .axis { stroke: var(--line); } svg .soft { fill: var(--soft); } svg .bar { fill: var(--bar); } svg .bar.bad { fill: var(--bad); }
svg .mark { fill: var(--text); } svg .interval { stroke: var(--text); stroke-width: 2; }
svg .curve { fill: none; stroke-width: 1.5; }
@media print { body { max-width: none; } section { break-inside: avoid-page; } }
`);

/** @param documents as they were read, one per section. */
export function page(title: string, sections: readonly Section[], documents: readonly unknown[]): string {
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
<ol>
${sections.map(
  (section, index) =>
    html`<li><a href="#${idOf(index)}">${section.title}</a>${verdictOf(section.verdict, ': ')}</li>\n`,
)}</ol>
${sections.map(
  (section, index) => html`<section id="${idOf(index)}">
<h2>${section.title}</h2>
${section.verdict ? html`<p>${verdictOf(section.verdict, '')}</p>` : ''}
${section.body}
</section>
<script type="application/json" id="${idOf(index)}-data">${embedded(documents[index])}</script>
`,
)}</body>
</html>
`;
  return text;
}

function idOf(index: number): string {
  return `document-${index + 1}`;
}

function verdictOf(verdict: Verdict | undefined, before: string): Html {
  return verdict ? html`${before}<span class="verdict ${verdict.tone}">${verdict.text}</span>` : html``;
}

/** JSON in which nothing can end the script that it stands in. */
function embedded(document: unknown): Html {
  return new Html(JSON.stringify(document).replaceAll('<', '\\u003c'));
}

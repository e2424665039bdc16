/** A run in HTML: what happened, the counters, and the four stations at the first execution that went wrong. */
import type { EvidenceDocument, RunDocument } from '../runSchema.js';
import { verdictText } from '../verdictText.js';
import { htmlTable } from './htmlTable.js';
import { type Html, html } from './markup.js';
import type { Section, Tone } from './page.js';

const TONE: Readonly<Record<RunDocument['verdict'], Tone>> = {
  safe: 'good',
  stale: 'bad',
  torn: 'bad',
  fault: 'bad',
  unsupported: 'open',
  inconclusive: 'open',
};

export function runSection(document: RunDocument): Section {
  const { scenario, engine, arch, policy, kernel, protocol, cpus, without, evidence } = document;
  const { publications, calls, stale, torn, unserialized } = document;
  const missing = without.length > 0 ? `, without ${without.join(', ')}` : '';
  return {
    title: `Run: ${scenario} under ${policy}`,
    verdict: { text: verdictText(document).join(' '), tone: TONE[document.verdict] },
    body: html`<p class="soft">Engine ${engine}, ${arch}, kernel ${kernel}, protocol ${protocol}, ${cpus} cpus${missing}.</p>
<p>Published ${publications}, called ${calls}: stale ${stale}, torn ${torn}; ${unserialized} calls on a cpu that had not
serialized since membarrier returned (P-SYNC).</p>
${evidence ? evidencePart(evidence) : ''}
${countersTable('counter', document.counters)}
${countersTable('serialized at', document.serializations)}`,
  };
}

function countersTable(title: string, counts: Readonly<Record<string, number>>): Html {
  const entries = Object.entries(counts).filter(([, count]) => count > 0);
  if (entries.length === 0) return html``;
  return htmlTable<[string, number]>(
    [
      { title, align: 'left', cell: ([name]) => name },
      { title: 'all cpus', align: 'right', cell: ([, count]) => String(count) },
    ],
    entries,
  );
}

const STATIONS = ['memory', 'pou', 'icache', 'decoded'] as const;

function evidencePart(evidence: EvidenceDocument): Html {
  return html`<h3>Site ${evidence.site.name} on cpu ${evidence.cpu}, as it was executed</h3>
${htmlTable<(typeof STATIONS)[number]>(
  [
    { title: 'station', align: 'left', cell: (name) => name },
    { title: 'version', align: 'right', cell: (name) => String(evidence[name].version ?? 'none') },
    { title: 'bytes of the site', align: 'left', cell: (name) => evidence[name].site },
  ],
  STATIONS,
  (name) => name === evidence.firstDifference,
)}
<p class="soft">Marked: the first station that differs from the one before it.</p>
<h4>Executed</h4>
<pre>${evidence.decoded.disassembly}</pre>
<h4>In memory</h4>
<pre>${evidence.memory.disassembly}</pre>`;
}

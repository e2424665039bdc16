/** A run in HTML: what happened, the counters, and the four stations at the first execution that went wrong.
 *
 *  Limit: what to try next is told on a terminal only, since it takes more than the document. */
import { counted } from '../countsText.js';
import { missingStep, whatWasExecuted } from '../evidenceText.js';
import type { EvidenceDocument, RunDocument } from '../runSchema.js';
import { runNotes, whatHappened, whatWasRun } from '../runText.js';
import { runVerdict } from '../verdictText.js';
import { htmlTable } from './htmlTable.js';
import { type Html, html, NOTHING } from './markup.js';
import type { Section } from './page.js';
import { VERDICT_TONE } from './verdictTone.js';

export function runSection(document: RunDocument): Section {
  const { scenario, policy, verdict, whereabouts, evidence } = document;
  return {
    title: `Run: ${scenario} under ${policy}`,
    verdict: { text: runVerdict(document), tone: VERDICT_TONE[verdict] },
    body: html`<p class="soft">${whatWasRun(document)}; ${howLong(document)}.</p>
${verdict === 'unsupported' ? NOTHING : whatHappenedPart(document)}
${evidence ? evidencePart(document, evidence) : NOTHING}
${whereabouts.length > 0 ? html`<h3>Where each cpu stood</h3>\n${paragraphs(whereabouts)}` : NOTHING}
${paragraphs(runNotes(document))}`,
  };
}

/** What the text leaves to the command that was given. */
function howLong({ rounds, callsPerRound, ending }: RunDocument): string {
  const length = `${counted(rounds, 'round')} of ${counted(callsPerRound, 'call')}`;
  return ending ? `${length}, ending: ${ending}` : length;
}

function paragraphs(sentences: readonly string[]): readonly Html[] {
  return sentences.map((sentence) => html`<p>${sentence}</p>\n`);
}

function whatHappenedPart(document: RunDocument): Html {
  return html`${paragraphs(whatHappened(document))}
${document.faults.length > 0 ? htmlTable(FAULT_COLUMNS, document.faults) : NOTHING}
${countersTable('counter', document.counters)}
${countersTable('syncCore for', document.syncCoreByProcess)}
${countersTable('serialized at', document.serializations)}`;
}

type Fault = RunDocument['faults'][number];

const FAULT_COLUMNS = [
  { title: 'fault on cpu', align: 'right', cell: ({ cpu }: Fault) => String(cpu) },
  { title: 'site', align: 'left', cell: ({ site }: Fault) => site },
  { title: 'message', align: 'left', cell: ({ message }: Fault) => message },
] as const;

function countersTable(title: string, counts: Readonly<Record<string, number>>): Html {
  const entries = Object.entries(counts).filter(([, count]) => count > 0);
  if (entries.length === 0) return NOTHING;
  return htmlTable<[string, number]>(
    [
      { title, align: 'left', cell: ([name]) => name },
      { title: 'all cpus', align: 'right', cell: ([, count]) => String(count) },
    ],
    entries,
  );
}

const STATIONS = ['memory', 'pou', 'icache', 'decoded'] as const;

function evidencePart(document: RunDocument, evidence: EvidenceDocument): Html {
  // Torn bytes are of two versions: no step between two stations explains them.
  const missing = document.finding?.judgement === 'torn' ? '' : missingStep(evidence);
  return html`<h3>Evidence</h3>
<p>${whatWasExecuted(document, evidence)}</p>
${htmlTable<(typeof STATIONS)[number]>(
  [
    { title: 'station', align: 'left', cell: (name) => name },
    { title: 'version', align: 'right', cell: (name) => String(evidence[name].version ?? 'none') },
    { title: 'bytes of the site', align: 'left', cell: (name) => evidence[name].site },
  ],
  STATIONS,
  (name) => name === evidence.firstDifference,
)}
<p class="soft">Marked: the first station that differs from the one before it. ${missing}</p>
<h4>Executed</h4>
<pre>${evidence.decoded.disassembly}</pre>
<h4>In memory</h4>
<pre>${evidence.memory.disassembly}</pre>`;
}

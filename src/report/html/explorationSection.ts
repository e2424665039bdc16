/** An exploration in HTML: what was looked at, and the witness as a column per cpu beside what the stations hold. */
import { replayCommand } from '../explorationCommand.js';
import type { ExplorationDocument } from '../explorationSchema.js';
import { howMuch, verdictLine, whatWasExplored } from '../explorationText.js';
import { htmlTable } from './htmlTable.js';
import { type Html, html } from './markup.js';
import type { Section, Tone } from './page.js';

type Witness = NonNullable<ExplorationDocument['witness']>;
type Lane = Witness['lanes'][number];

const TONE: Readonly<Record<ExplorationDocument['outcome'], Tone>> = {
  forbidden: 'good',
  allowed: 'bad',
  'not-found-within-the-bound': 'open',
};

export function explorationSection(document: ExplorationDocument): Section {
  const { scenario, policy, witness, outcome } = document;
  return {
    title: `Exploration: ${scenario} under ${policy}`,
    verdict: { text: verdictLine(document), tone: TONE[outcome] },
    body: html`<p>${whatWasExplored(document)}</p>
<p class="soft">${howMuch(document)}</p>
${witness ? witnessPart(document, witness) : ''}`,
  };
}

function witnessPart(document: ExplorationDocument, { lanes, schedule }: Witness): Html {
  const steps = lanes.map((lane, index) => ({ lane, index }));
  const cpus = Array.from({ length: document.cpus }, (_, cpu) => ({
    title: `cpu ${cpu}`,
    align: 'left' as const,
    cell: ({ lane }: Step) => (lane.cpu === cpu ? `[${lane.task}] ${lane.what}` : ''),
  }));
  return html`${htmlTable(
    [
      { title: 'step', align: 'right', cell: ({ index }: Step) => String(index + 1) },
      ...cpus,
      { title: 'memory', align: 'right', cell: ({ lane }) => shown(lane.memory) },
      { title: 'PoU', align: 'right', cell: ({ lane }) => shown(lane.pou) },
      { title: 'decoded', align: 'right', cell: ({ lane }) => lane.decoded.map(shown).join(' / ') },
      { title: 'owed', align: 'right', cell: ({ lane }) => String(lane.promised) },
    ],
    steps,
    ({ index }) => index === lanes.length - 1 || isOwedFrom(lanes, index),
  )}
<p class="soft">Versions of the site at each station after the step, decoded by cpu; owed: the version promised. Marked: where
a version was promised, and the step that goes wrong.</p>
<pre>${replayCommand(document, schedule)}</pre>`;
}

interface Step {
  readonly lane: Lane;
  readonly index: number;
}

function isOwedFrom(lanes: readonly Lane[], index: number): boolean {
  return index > 0 && lanes[index]!.promised > lanes[index - 1]!.promised;
}

function shown(version: number | null): string {
  return version === null ? '-' : String(version);
}

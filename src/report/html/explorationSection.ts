/** An exploration in HTML: what was looked at, and the witness as a column per cpu beside what the stations hold. */
import { replayCommand } from '../explorationCommand.js';
import type { ExplorationDocument } from '../explorationSchema.js';
import { beginning, explorationVerdict, howMuch, howShort, whatWasExplored } from '../explorationText.js';
import { shardsToSearch, whatWasMerged } from '../mergedText.js';
import { htmlTable } from './htmlTable.js';
import { type Html, html, NOTHING } from './markup.js';
import type { Section, Tone } from './page.js';

type Witness = NonNullable<ExplorationDocument['witness']>;
type Lane = Witness['lanes'][number];

const TONE: Readonly<Record<ExplorationDocument['outcome'], Tone>> = {
  forbidden: 'good',
  allowed: 'bad',
  'not-found-within-the-bound': 'open',
};

export function explorationSection(document: ExplorationDocument): Section {
  const { scenario, policy, witness, outcome, merged } = document;
  return {
    title: `Exploration: ${scenario} under ${policy}`,
    verdict: { text: explorationVerdict(document), tone: TONE[outcome] },
    body: html`<p>${whatWasExplored(document)}</p>
<p>${beginning(document)}</p>
<p class="soft">${howMuch(document)}</p>
${merged ? mergedPart(document, merged) : NOTHING}
${witness ? witnessPart(document, witness) : NOTHING}`,
  };
}

/** A page does not know in which files the shards were. */
const THEIR_FILES = ['<documents of the shards>'];

function mergedPart(document: ExplorationDocument, merged: NonNullable<ExplorationDocument['merged']>): Html {
  return html`<p>${whatWasMerged(merged)}</p>
${shardsToSearch(document, merged, THEIR_FILES).map(({ why, command }) => html`<p>${why}</p>\n<pre>${command}</pre>\n`)}`;
}

function witnessPart(document: ExplorationDocument, witness: Witness): Html {
  const { lanes, schedule } = witness;
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
a version was promised, and the step that goes wrong. ${howShort(document, witness)}</p>
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

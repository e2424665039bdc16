/** Mutations in HTML: each ordering point, who notices that it is gone, and the command that shows it. */
import { counted } from '../countsText.js';
import type { MutationDocument } from '../mutationSchema.js';
import {
  mutationVerdict,
  notPassedHere,
  stepsOf,
  toldMutations,
  WHAT_WAS_DONE,
  whereNoticed,
  whyNot,
} from '../mutationText.js';
import { type Html, html, NOTHING } from './markup.js';
import type { Section, Tone } from './page.js';

type Mutation = MutationDocument['mutations'][number];
type Noticed = Mutation['noticed'][number];

export function mutationSection(document: MutationDocument): Section {
  const aside = notPassedHere(document);
  return {
    title: `Mutations: ${counted(document.mutations.length, 'ordering point')}`,
    verdict: { text: mutationVerdict(document), tone: toneOf(document) },
    body: html`<p class="soft">${WHAT_WAS_DONE}</p>
<div class="wide"><table>
<thead><tr><th>without</th><th>noticed by</th></tr></thead>
<tbody>
${toldMutations(document).map(mutationRow)}</tbody>
</table></div>
${aside === undefined ? NOTHING : html`<p>${aside}</p>`}`,
  };
}

/** Good only where every point was judged. */
function toneOf({ mutations, survivors, undecided }: MutationDocument): Tone {
  if (survivors > 0) return 'bad';
  return undecided > 0 || mutations.some(({ verdict }) => verdict === 'not-judged') ? 'open' : 'good';
}

function mutationRow(mutation: Mutation): Html {
  const { id, verdict, noticed, covered } = mutation;
  return html`<tr class="${verdict === 'survivor' ? 'marked' : 'row'}"><td><code>${id}</code></td>
<td>${noticed.map(noticedPart)}${noticed.length > 0 ? NOTHING : whyNot(mutation)}${
    covered ? noticedPart(covered) : NOTHING
  }</td></tr>\n`;
}

function noticedPart(noticed: Noticed): Html {
  return html`<details><summary>${whereNoticed(noticed)}: ${noticed.violation}, ${stepsOf(noticed)} steps</summary>
<pre>${noticed.replay}</pre></details>`;
}

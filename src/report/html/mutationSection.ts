/** Mutations in HTML: each ordering point, who notices that it is gone, and the command that shows it. */
import type { MutationDocument } from '../mutationSchema.js';
import { whyNot } from '../mutationText.js';
import { type Html, html } from './markup.js';
import type { Section } from './page.js';

type Mutation = MutationDocument['mutations'][number];
type Noticed = Mutation['noticed'][number];

export function mutationSection({ mutations, survivors, undecided }: MutationDocument): Section {
  return {
    title: `Mutations: ${mutations.length} ordering points`,
    verdict: {
      text:
        survivors > 0
          ? `${survivors} survive`
          : undecided > 0
            ? `${undecided} undecided`
            : 'none survives without a reason',
      tone: survivors > 0 ? 'bad' : undecided > 0 ? 'open' : 'good',
    },
    body: html`<div class="wide"><table>
<thead><tr><th>without</th><th>noticed by</th></tr></thead>
<tbody>
${mutations.map(
  (
    mutation,
  ) => html`<tr class="${mutation.verdict === 'survivor' ? 'marked' : 'row'}"><td><code>${mutation.id}</code></td>
<td>${mutation.noticed.map(noticedPart)}${mutation.noticed.length > 0 ? '' : whyNot(mutation)}${
    mutation.covered ? noticedPart(mutation.covered) : ''
  }</td></tr>\n`,
)}</tbody>
</table></div>`,
  };
}

function noticedPart({ scenario, arch, memory, kernel, length, violation, replay }: Noticed): Html {
  return html`<details><summary>${scenario}, ${arch}, ${memory}, kernel ${kernel}: ${violation}, ${length} steps</summary>
<pre>${replay}</pre></details>`;
}

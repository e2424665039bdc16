/** Everything that can be named on the command line, as text. */
import type { ListDocument } from './listSchema.js';
import type { Paint } from './paint.js';
import { definitions, wrap } from './textLayout.js';

export function listText(document: ListDocument, paint: Paint): string {
  const { scenarios, policies, protocols, overlays, reactions, profiles, kernels, costs, engines, barriers } =
    document;
  const shelf = (title: string, lines: readonly string[]): string =>
    `${[paint('bold', title), ...lines].join('\n')}\n`;
  return [
    shelf('Scenarios', definitions(scenarios.map(({ name, kind, title }) => [name, `${kind}: ${title}`]))),
    shelf('Policies (--policy)', definitions(policies.map(({ name, summary }) => [name, summary]))),
    shelf('Protocols (--protocol)', definitions(protocols.map(({ name, summary }) => [name, summary]))),
    shelf('Overlays (--overlay)', definitions(overlays.map(({ name, summary }) => [name, summary]))),
    shelf('Reactions (--reaction)', definitions(reactions.map(({ name, summary }) => [name, summary]))),
    shelf('Profiles (--arch)', definitions(profiles.map(({ name, title }) => [name, title]))),
    shelf('Kernels (--kernel)', definitions(kernels.map(({ name, title }) => [name, title]))),
    shelf('Costs (bench --costs)', definitions(costs.map(({ name, title }) => [name, title]))),
    shelf('Engines (--engine)', definitions(engines.map((engine) => [engine.name, engineText(engine)]))),
    shelf('Barriers and serialization points (--without)', barriers.flatMap(barrierLines)),
  ].join('\n');
}

function engineText({ summary, reason }: ListDocument['engines'][number]): string {
  return reason === undefined ? summary : `not available: ${reason}; ${summary}`;
}

function barrierLines({ id, kind, where, pairsWith, title }: ListDocument['barriers'][number]): string[] {
  return [
    `  ${id}  (${kind}, ${where})`,
    ...wrap(title, '      '),
    ...wrap(`pairs with: ${pairsWith.join(', ')}`, '      '),
  ];
}

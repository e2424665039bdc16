/** Merged shards in words: as an exploration, and which of them to run again. */
import { counted } from './countsText.js';
import type { ExplorationDocument } from './explorationSchema.js';
import { explorationLines, verdictLine } from './explorationText.js';
import { wrap } from './textLayout.js';

export function mergedText(
  document: ExplorationDocument & { readonly merged: NonNullable<ExplorationDocument['merged']> },
): string {
  const { of, missing, ended, unaware } = document.merged;
  const there = of - missing.length;
  const lines = [
    ...explorationLines(document),
    '',
    ...wrap(
      `Merged from ${there} of ${counted(of, 'shard')}. Shards overlap: the counts are sums, and a state counts once for each shard ` +
        'that visited it.',
      '  ',
    ),
  ];
  if (document.outcome !== 'allowed') {
    const say = (indices: readonly number[], what: string): void => {
      if (indices.length > 0) lines.push(...wrap(`${named(indices, of)} ${what}`, '  '));
    };
    say(missing, 'missing. Run with explore --shard.');
    say(ended, 'ended by a bound. Run again with a larger one.');
    say(unaware, 'not aware of all the shared words. Run again, with --knowing and the files of all shards.');
  }
  lines.push('', ...wrap(verdictLine(document), ''));
  return `${lines.join('\n')}\n`;
}

function named(indices: readonly number[], of: number): string {
  const names = indices.map((index) => `${index}/${of}`).join(', ');
  return indices.length === 1 ? `Shard ${names} is` : `Shards ${names} are`;
}

/** Which documents a page can show: one section each, by the schema that it names. */
import { z } from 'zod';
import { benchSchema } from '../benchSchema.js';
import { comparisonSchema } from '../comparisonSchema.js';
import { explorationSchema } from '../explorationSchema.js';
import { historySchema } from '../historySchema.js';
import { matrixSchema } from '../matrixSchema.js';
import { mutationSchema } from '../mutationSchema.js';
import { runSchema } from '../runSchema.js';
import { benchSection } from './benchSection.js';
import { comparisonSection } from './comparisonSection.js';
import { explorationSection } from './explorationSection.js';
import { historySection } from './historySection.js';
import { matrixSection } from './matrixSection.js';
import { mutationSection } from './mutationSection.js';
import type { Section } from './page.js';
import { runSection } from './runSection.js';

export const shownSchema = z.discriminatedUnion('schema', [
  benchSchema,
  comparisonSchema,
  explorationSchema,
  historySchema,
  matrixSchema,
  mutationSchema,
  runSchema,
]);

export type ShownDocument = z.infer<typeof shownSchema>;

/** @param cyclesPerNs of the cost profile that a bench names; undefined where it is not known. */
export function sectionOf(
  document: ShownDocument,
  cyclesPerNs: (costs: string) => number | undefined,
): Section {
  switch (document.schema) {
    case 'coresync.bench/1':
      return benchSection(document, cyclesPerNs(document.inputs.costs));
    case 'coresync.comparison/1':
      return comparisonSection(document);
    case 'coresync.exploration/1':
      return explorationSection(document);
    case 'coresync.history/1':
      return historySection(document);
    case 'coresync.matrix/1':
      return matrixSection(document);
    case 'coresync.mutation/1':
      return mutationSection(document);
    case 'coresync.run/1':
      return runSection(document);
  }
}

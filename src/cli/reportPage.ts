/** Documents as one HTML page: what `report` and the tour write. */
import { costProfileNames, loadCostProfile } from '../engines/catalogue.js';
import { page, type Section } from '../report/html/page.js';
import { type ShownDocument, sectionOf } from '../report/html/sections.js';

export interface ReportPage {
  readonly text: string;
  readonly sections: readonly Section[];
}

/** @param embedded the documents with all that is in them, where they come from files. */
export async function reportPage(
  title: string,
  documents: readonly ShownDocument[],
  embedded: readonly unknown[] = documents,
): Promise<ReportPage> {
  const profiles = await Promise.all(costProfileNames().map(loadCostProfile));
  const cyclesPerNs = new Map(profiles.map((profile) => [profile.name, profile.cyclesPerNs]));
  const sections = documents.map((document) => sectionOf(document, (costs) => cyclesPerNs.get(costs)));
  return { text: page(title, sections, embedded), sections };
}

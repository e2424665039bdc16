/** Emphasis, for a terminal that shows it. A report has to read as well without. */

export type Emphasis = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

export type Paint = (emphasis: Emphasis, text: string) => string;

export const plain: Paint = (_, text) => text;

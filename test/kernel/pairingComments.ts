/** Holds the table of ordering points and the comments in the sources to each other.
 *
 *  A comment reads `(id) pairs with (id) in file.ts, (id) and (id) in other.ts`, or `above` and `below` for the same file.
 *  Each rule gives one line per violation. */
import type { OrderingPoint } from '../../src/kernel/orderingPoints.js';

/** Path -> text. */
export type SourceTexts = Readonly<Record<string, string>>;

/** What a comment says about one partner. */
interface Named {
  readonly id: string;
  /** Without extension; undefined where the comment gives no file. */
  readonly where: string | undefined;
}

export interface Pairing {
  readonly path: string;
  readonly ids: readonly string[];
  readonly partners: readonly Named[];
}

const ID = /\(([a-z]+(?:-[a-z]+)*)\)/g;
const SUBJECT = /((?:\([a-z-]+\)(?:, | and |, and )?)+) pairs? with /g;
const PARTNER = /^\(([a-z-]+)\)(?: (?:in ([\w-]+)\.ts|(above|below)))?(?:,? and |, )?/;
const REFERENCE = /\(([a-z]+(?:-[a-z]+)+)\) in ([\w-]+)\.ts/g;

export function tableViolations(points: readonly OrderingPoint[]): string[] {
  const byId = new Map(points.map((point) => [point.id, point]));
  const twice = points
    .filter((point) => byId.get(point.id) !== point)
    .map((point) => `${point.id}: there twice`);
  const pairs = points.flatMap((point) => {
    if (point.pairsWith.length === 0) return [`${point.id}: pairs with nothing`];
    return point.pairsWith.flatMap((partner) => {
      const other = byId.get(partner);
      if (!other) return [`${point.id}: pairs with '${partner}', which does not exist`];
      return other.pairsWith.includes(point.id)
        ? []
        : [`${point.id}: pairs with ${partner}, which does not name it`];
    });
  });
  return [...twice, ...pairs];
}

export function commentViolations(points: readonly OrderingPoint[], texts: SourceTexts): string[] {
  const pairings = Object.entries(texts).flatMap(([path, text]) => pairingsIn(path, text));
  return [
    ...points.flatMap((point) => violationsOfPoint(point, texts, pairings)),
    ...pairings.flatMap((pairing) => violationsOfPairing(points, pairing)),
    ...Object.entries(texts).flatMap(([path, text]) => violationsOfReferences(points, path, text)),
  ];
}

function violationsOfPoint(point: OrderingPoint, texts: SourceTexts, pairings: readonly Pairing[]): string[] {
  const files = Object.keys(texts).filter((path) => stemOf(path) === point.where);
  if (files.length !== 1) return [`${point.id}: ${files.length} files are called ${point.where}.ts`];
  const own = pairings.filter(({ ids }) => ids.includes(point.id));
  if (own.length === 0) return [`${point.id}: no comment in ${point.where}.ts says what it pairs with`];
  const named = new Set(own.flatMap(({ partners }) => partners.map(({ id }) => id)));
  return [
    ...own
      .filter(({ path }) => stemOf(path) !== point.where)
      .map(({ path }) => `${point.id}: has its comment in ${path}, and belongs to ${point.where}.ts`),
    ...point.pairsWith
      .filter((partner) => !named.has(partner))
      .map((partner) => `${point.id}: its comment does not name ${partner}`),
    ...[...named]
      .filter((partner) => !point.pairsWith.includes(partner))
      .map((partner) => `${point.id}: its comment names ${partner}, the table does not`),
  ];
}

function violationsOfPairing(points: readonly OrderingPoint[], { path, ids, partners }: Pairing): string[] {
  const find = (id: string): OrderingPoint | undefined => points.find((point) => point.id === id);
  return [
    ...[...ids, ...partners.map(({ id }) => id)]
      .filter((id) => !find(id))
      .map((id) => `${path}: names '${id}', which does not exist`),
    ...partners.flatMap(({ id, where }) => {
      const point = find(id);
      const said = where ?? stemOf(path);
      return point && point.where !== said
        ? [`${path}: says ${id} is in ${said}.ts, it is in ${point.where}.ts`]
        : [];
    }),
  ];
}

/** `(id) in file.ts` anywhere else in a comment. */
function violationsOfReferences(points: readonly OrderingPoint[], path: string, text: string): string[] {
  return commentsIn(text)
    .filter((comment) => !/ pairs? with /.test(comment))
    .flatMap((comment) => [...comment.matchAll(REFERENCE)])
    .filter(([, id, where]) => points.find((point) => point.id === id)?.where !== where)
    .map(([, id, where]) => `${path}: refers to ${id} in ${where}.ts, where it is not`);
}

export function pairingsIn(path: string, text: string): Pairing[] {
  return commentsIn(text).flatMap((comment) =>
    [...comment.matchAll(SUBJECT)].map((match) => ({
      path,
      ids: [...match[1]!.matchAll(ID)].map(([, id]) => id!),
      partners: partnersIn(comment.slice(match.index + match[0].length)),
    })),
  );
}

function partnersIn(text: string): Named[] {
  const partners: Named[] = [];
  /* `(a) and (b) in x.ts`: the file stands behind the last of a group. */
  let group: string[] = [];
  const close = (where: string | undefined): void => {
    partners.push(...group.map((id) => ({ id, where })));
    group = [];
  };
  for (let rest = text; ; ) {
    const match = PARTNER.exec(rest);
    if (!match) break;
    group.push(match[1]!);
    if (match[2] !== undefined || match[3] !== undefined) close(match[2]);
    rest = rest.slice(match[0].length);
  }
  close(undefined);
  return partners;
}

/** Comments with their marks taken off; lines of `//` that follow each other are one. */
function commentsIn(text: string): string[] {
  const found = text.match(/\/\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n?)+|\/\/.*/gm) ?? [];
  return found.map((comment) =>
    comment
      .replace(/^\s*(?:\/\*\*?|\*\/|\*|\/\/)/gm, '')
      .replace(/\*\/\s*$/, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

function stemOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.ts$/, '');
}

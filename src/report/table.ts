/** Tables whose rows are printed one by one, as they become known: each column says its width in advance. */

export interface Column<Row> {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly cell: (row: Row) => string;
}

const INDENT = '  ';

export function tableHead<Row>(columns: readonly Column<Row>[]): string {
  return line(columns, (column) => column.title);
}

export function tableRow<Row>(columns: readonly Column<Row>[], row: Row): string {
  return line(columns, (column) => column.cell(row));
}

function line<Row>(columns: readonly Column<Row>[], textOf: (column: Column<Row>) => string): string {
  return (
    INDENT +
    columns
      .map((column) =>
        column.align === 'left' ? textOf(column).padEnd(column.width) : textOf(column).padStart(column.width),
      )
      .join('  ')
      .trimEnd()
  );
}

export type ColumnKind = "attribute" | "metric" | "param" | "tag";

export interface Column {
  /** As the search grammar names it: "metrics.loss", "params.lr", "attributes.start_time". */
  id: string;
  kind: ColumnKind;
  label: string;
  /** The server cannot sort by it. */
  isFixed?: boolean;
}

export interface PlacedColumn extends Column {
  left: number;
  width: number;
}

export const columnWidthMin = 56;
const columnWidthMax = 640;
const widths: Record<ColumnKind, number> = { attribute: 108, metric: 112, param: 112, tag: 120 };
const attributeWidths: Record<string, number> = {
  "attributes.start_time": 124,
  "attributes.end_time": 124,
  "attributes.run_id": 260,
};
const sparkWidth = 138;

export function defaultWidth(column: Column, sparks: boolean): number {
  return (attributeWidths[column.id] ?? widths[column.kind]) + (sparks && column.kind === "metric" ? sparkWidth : 0);
}

/** Puts columns side by side. */
export function placeColumns(columns: Column[], widthOf: (column: Column) => number): PlacedColumn[] {
  let left = 0;
  return columns.map((column) => {
    const width = Math.min(columnWidthMax, Math.max(columnWidthMin, widthOf(column)));
    const placed = { ...column, left, width };
    left += width;
    return placed;
  });
}

export function totalWidth(columns: PlacedColumn[]): number {
  const last = columns[columns.length - 1];
  return last ? last.left + last.width : 0;
}

/** The columns that overlap [from, to): first index, and the index after the last. By bisection: there may be thousands. */
export function columnsBetween(columns: PlacedColumn[], from: number, to: number): [number, number] {
  const firstWhere = (test: (column: PlacedColumn) => boolean) => {
    let low = 0;
    let high = columns.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (test(columns[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return [firstWhere((column) => column.left + column.width > from), firstWhere((column) => column.left >= to)];
}

/** Numbers stand at the right, so that their digits line up. */
export function isNumber(column: Column): boolean {
  return column.kind === "metric" || column.id === "attributes.duration";
}

/** What a click on a header asks for next: metrics begin with the greatest, texts with the first. */
export function nextOrder(order: string, column: Column): string {
  if (order === `${column.id} DESC`) return `${column.id} ASC`;
  if (order === `${column.id} ASC`) return `${column.id} DESC`;
  return `${column.id} ${column.kind === "metric" || column.id === "attributes.start_time" ? "DESC" : "ASC"}`;
}

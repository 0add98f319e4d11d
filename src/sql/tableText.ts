/** Rows as a table of plain text, which a screen reader reads as well. */

const MAX_WIDTH = 40;

export function tableText(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (columns.length === 0) return '';
  const cells = [columns, ...rows].map((row) => row.map(oneLine));
  const widths = columns.map((_, index) =>
    Math.min(MAX_WIDTH, Math.max(...cells.map((row) => row[index]?.length ?? 0))),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function oneLine(cell: string): string {
  return cell.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
}

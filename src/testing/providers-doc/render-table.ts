const inCell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ')

/** A Markdown table. */
export const renderTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(inCell).join(' | ')} |`).join('\n')

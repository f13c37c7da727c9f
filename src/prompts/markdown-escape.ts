/**
 * Escapes what Markdown would read as formatting, and nothing more: a language model reads this text too.
 * The importer takes one backslash from before each of `* _ ~` and the backtick, so exactly one is put there.
 * @param text plain text of one text node
 */
export const escapeMarkdown = (text: string): string =>
  text.replace(/`{3,}|[*_~`]/g, (match, offset: number) => {
    const before = text[offset - 1]
    const after = text[offset + match.length]
    if (before === '\\') return `\\${match}`
    if (match.startsWith('```') || match === '~') return match
    const isInsideWord = match === '_' && isWordCharacter(before) && isWordCharacter(after)
    return isInsideWord ? match : `\\${match}`
  })

const isWordCharacter = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character)

/**
 * Writes emphasis that begins or ends together with the emphasis around it in two different marks, `**a _b_**` for
 * `**a *b***`: Markdown means the same by both, and the importer reads only the first.
 */
export const separateEmphasis = (markdown: string): string =>
  markdown
    .replace(/(?<![*\\])\*\*([^*\n]+)\*([^*\n]+)\*{3}(?!\*)/g, '**$1_$2_**')
    .replace(/(?<![*\\])\*{3}([^*\n]+)\*([^*\n]+)\*\*(?!\*)/g, '**_$1_$2**')
    .replace(/(?<![*\\])\*([^*\n]+)\*\*([^*\n]+)\*{3}(?!\*)/g, '_$1**$2**_')
    .replace(/(?<![*\\])\*{3}([^*\n]+)\*\*([^*\n]+)\*(?!\*)/g, '_**$1**$2_')

const SPECIAL = /[*_`[\]]/g
const BLOCK_START = /^([ \t]*)(?=#{1,4}[ \t]|>|[-+][ \t]|`{3}|~{3})/
const NUMBER_START = /^([ \t]*\d{1,9})(?=[.)][ \t])/

/**
 * Escapes what would be read as formatting, and nothing more: a language model reads this text too.
 * @param text plain text of one node, without line breaks
 * @param options.isLinkText whether brackets around the text make a link of it
 */
export const escapeInline = (text: string, { isLinkText = false } = {}): string => {
  const lastLinkEnd = text.lastIndexOf('](')
  return text.replace(SPECIAL, (character, offset: number) => {
    const before = text[offset - 1] ?? ''
    const after = text[offset + 1] ?? ''
    if (before === '\\') return `\\${character}`
    if (character === ']' || character === '[') {
      return isLinkText || (character === '[' && offset < lastLinkEnd) ? `\\${character}` : character
    }
    const isInsideWord = character === '_' && isWord(before) && isWord(after)
    const standsAlone = character !== '`' && isBlank(before) && isBlank(after)
    return isInsideWord || standsAlone ? character : `\\${character}`
  })
}

/** Escapes what would make a block of a line within another block. */
export const escapeLineStart = (line: string): string => line.replace(BLOCK_START, '$1\\').replace(NUMBER_START, '$1\\')

const isWord = (character: string): boolean => /[\p{L}\p{N}]/u.test(character)
const isBlank = (character: string): boolean => /\s/.test(character)

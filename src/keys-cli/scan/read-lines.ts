/** A longer line is looked at in pieces that overlap by more than any key is long. */
const MAX_LINE = 1024 * 1024
const OVERLAP = 16 * 1024

export type NumberedLine = { number: number; text: string }

/** The lines of a stream with their numbers, from 1; holds one line, or a piece of one, at a time. */
export async function* readLines(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<NumberedLine> {
  let number = 1
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of chunks) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      yield { number, text }
      number += 1
    }
    if (rest.length > MAX_LINE) {
      yield { number, text: rest }
      rest = rest.slice(-OVERLAP)
    }
  }
  if (rest !== '') yield { number, text: rest }
}

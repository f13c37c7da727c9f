import { scrubLine } from './scrub-line.ts'
import type { SecretsInUse } from './secrets-in-use.ts'

type Output = Pick<NodeJS.WriteStream, 'write'>

type ScrubOutputOptions = {
  secrets: Pick<SecretsInUse, 'scrub'>
  /** Default: the process's stdout and stderr. */
  outputs?: readonly Output[]
}

/**
 * Takes secrets out of what others print past the logger: Next's and the driver's own messages, `console.error`.
 * @returns a function that undoes it
 */
export function scrubOutput({ secrets, outputs = [process.stdout, process.stderr] }: ScrubOutputOptions): () => void {
  const originals = outputs.map((output) => output.write)
  for (const [index, output] of outputs.entries()) {
    const write = originals[index] as (...args: unknown[]) => boolean
    output.write = (chunk: unknown, ...rest: unknown[]) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString('utf8')
      const clean = secrets.scrub(scrubLine(text))
      // What holds none goes out as it came: it may be the half of a character.
      return write.call(output, clean === text ? chunk : clean, ...rest)
    }
  }
  return () => {
    for (const [index, output] of outputs.entries()) output.write = originals[index] as Output['write']
  }
}

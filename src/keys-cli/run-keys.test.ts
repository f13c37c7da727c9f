import { Readable } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { renderLines, summarise } from './output/page.ts'
import { createProgress } from './output/progress.ts'
import { runKeys } from './run-keys.ts'

const SECRET = 'loc-secret-value'

/** Runs arguments that end before any database is opened. */
async function run(argv: string[]) {
  const said = { stdout: '', stderr: '' }
  const output = (name: 'stdout' | 'stderr') => ({
    isTTY: false,
    async write(text: string) {
      said[name] += text
    },
  })
  const code = await runKeys({
    argv,
    env: {},
    dataDirectory: '/nonexistent',
    directory: '/nonexistent',
    stdin: Readable.from([]),
    stdout: output('stdout'),
    stderr: output('stderr'),
    signal: new AbortController().signal,
  })
  return { code, ...said }
}

describe('the command line', () => {
  it.each([
    [['--help'], ['rotate', 'verify', 'import', 'doctor', '--json']],
    [['-h'], ['doctor']],
    [
      ['rotate', '--help'],
      ['--dry-run', '--force', '--drop-retired'],
    ],
    [['verify', '--help'], ['--mark']],
    [
      ['import', '-h'],
      ['--fernet', '--secret-env', '--shred'],
    ],
    [['doctor', '--help', '--json'], ['--log']],
  ])('should help with %j', async (argv, words) => {
    const { code, stdout, stderr } = await run(argv)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const word of words) expect(stdout).toContain(word)
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  it.each([
    [[], /^Name a command: rotate, verify, import, doctor/],
    [['open'], /^There is no such command/],
    [[SECRET], /^There is no such command/],
    [['verify', `--everything=${SECRET}`], /^There is no option --everything; see verify --help\./],
    [['verify', '-x'], /^There is no option -x;/],
    [['verify', SECRET], /^verify takes options alone/],
    [['verify', '--mark=yes'], /^--mark takes no value/],
    [['import', '--fernet', 'x.json', '--secret', SECRET], /^There is no option --secret;/],
    [['import', '--plaintext', 'x.json', '--plaintext', 'y.json'], /^--plaintext can be given once/],
    [['doctor', '--log'], /^--log needs a value\./],
    [['doctor', '--log', '--json'], /^--log needs a value\./],
  ])('should refuse %j with code 2, repeating no value', async (argv, message) => {
    const { code, stdout, stderr } = await run(argv)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain(SECRET)
  })

  it('should say in one sentence that there is no database', async () => {
    const { code, stderr } = await run(['verify'])
    expect(code).toBe(1)
    expect(stderr.replace(/\s+/g, ' ')).toContain('There is no Patchbay database at /nonexistent/data/patchbay.db.')
  })
})

describe('a page', () => {
  const lines = [
    { level: 'ok', title: 'One', text: 'Fine.' },
    { level: 'problem', title: 'Two', text: 'word '.repeat(40).trim(), items: ['x'.repeat(120)], todo: 'Mend it.' },
  ] as const

  it('should keep to its width, and colour only where it may', () => {
    const plain = renderLines(
      lines.map((line) => ({ ...line, items: [...('items' in line ? line.items : [])] })),
      { columns: 80, hasColour: false },
    )
    expect(plain.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(plain).toContain('→ Mend it.')
    const coloured = renderLines([{ level: 'ok', title: 'One', text: 'Fine.' }], { columns: 80, hasColour: true })
    expect(coloured).toContain('\u001b[32mok')
  })

  it('should count at its end', () => {
    const style = { columns: 80, hasColour: false }
    expect(summarise([{ level: 'ok', title: '', text: '' }], style)).toBe('Everything is fine.')
    const mixed = (['problem', 'warning', 'warning'] as const).map((level) => ({ level, title: '', text: '' }))
    expect(summarise(mixed, style)).toBe('1 problem, 2 warnings.')
  })
})

describe('progress', () => {
  const watch = (isTTY: boolean, isQuiet = false) => {
    const said: string[] = []
    const progress = createProgress({ write: (text) => void said.push(text), isTTY, columns: 80, isQuiet })
    return { said, progress }
  }

  it('should be a bar on a terminal, taken away at the end', () => {
    const { said, progress } = watch(true)
    progress.update({ label: 'Moving', done: 0, total: 10 })
    progress.update({ label: 'Moving', done: 10, total: 10 })
    expect(said.at(-1)).toContain(`[${'#'.repeat(24)}] 100 %  Moving  10/10`)
    progress.end()
    expect(said.at(-1)).toBe('\r\u001b[K')
  })

  it('should be plain lines elsewhere, few of them', () => {
    const { said, progress } = watch(false)
    for (let done = 0; done <= 1_000; done += 1) progress.update({ label: 'Moving', done, total: 1_000 })
    progress.end()
    expect(said[0]).toBe('Moving: 0 of 1000\n')
    expect(said.at(-1)).toBe('Moving: 1000 of 1000\n')
    expect(said.length).toBeLessThan(5)
  })

  it('should be nothing where it would disturb', () => {
    const { said, progress } = watch(false, true)
    progress.update({ label: 'Moving', done: 0, total: 1 })
    progress.end()
    expect(said).toEqual([])
  })
})

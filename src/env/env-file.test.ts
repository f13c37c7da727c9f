import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { parseEnvFile, readEnvFile, removeFromEnvFile, setInEnvFile, writeEnvFile } from './env-file.ts'

const FILE = `# My keys
export PLAIN=abc # mine
QUOTED='a # b'   # kept
DOUBLE="one\\ntwo"
MANY="first
INNER=not a variable
last"
TICKS=\`it's "so"\`
EMPTY=
  SPACED  =  some words
INNER=real
`

describe('reading a dotenv file', () => {
  it('should read every way of writing a value', () => {
    expect(parseEnvFile(FILE)).toEqual({
      PLAIN: 'abc',
      QUOTED: 'a # b',
      DOUBLE: 'one\ntwo',
      MANY: 'first\nINNER=not a variable\nlast',
      TICKS: `it's "so"`,
      EMPTY: '',
      SPACED: 'some words',
      INNER: 'real',
    })
  })

  it('should read windows lines, and let the last of two count', () => {
    expect(parseEnvFile('A=1\r\nB=2\r\nA=3\r\n')).toEqual({ A: '3', B: '2' })
  })
})

describe('setting a variable', () => {
  it.each([
    'sk-proj-AbC_123',
    "with'quote",
    'with"double"quote',
    `both'and"`,
    'hash # and = sign',
    '$HOME and $PATH',
    'back\\slash\\n',
    '  ',
    '#start',
    'ünïcode',
  ])('should write %j so that it reads the same, and change nothing else', (value) => {
    const written = setInEnvFile(FILE, { NEW_KEY: value }) ?? ''
    expect(parseEnvFile(written)).toEqual({ ...parseEnvFile(FILE), NEW_KEY: value })
    expect(written.startsWith(FILE)).toBe(true)
    const replaced = setInEnvFile(written, { QUOTED: value }) ?? ''
    expect(parseEnvFile(replaced)).toEqual({ ...parseEnvFile(written), QUOTED: value })
    expect(replaced).toContain('   # kept\n')
    expect(replaced.split('\n').filter((line) => !line.startsWith('QUOTED='))).toEqual(
      written.split('\n').filter((line) => !line.startsWith('QUOTED=')),
    )
  })

  it('should refuse what no reader would read as it is', () => {
    expect(setInEnvFile(FILE, { NEW: `'"\`` })).toBeUndefined()
    expect(setInEnvFile(FILE, { NEW: 'two\nlines' })).toBeUndefined()
    expect(setInEnvFile(FILE, { NEW: `a'b\`c\\` })).toBeUndefined()
  })

  it('should leave no former value behind, wherever it stands', () => {
    const written = setInEnvFile('KEY=old-one\n# comment\nexport KEY="old-two" # mine\n', { KEY: 'new' })
    expect(written).toBe("KEY='new'\n# comment\nexport KEY='new' # mine\n")
  })

  it('should begin a new file with a warning, and end a line that has no end', () => {
    expect(setInEnvFile('', { KEY: 'x' })).toMatch(/^# .*Never commit.*\nKEY='x' # saved in the panel\n$/)
    expect(setInEnvFile('A=1', { KEY: 'x' })).toBe("A=1\nKEY='x' # saved in the panel\n")
  })
})

describe('taking a variable out', () => {
  it('should take what the panel wrote, and leave what a person wrote', () => {
    const text = setInEnvFile('OWN=mine\n', { KEY: 'x', OTHER: 'y' }) ?? ''
    expect(removeFromEnvFile(text, ['KEY', 'OWN'])).toBe("OWN=mine\nOTHER='y' # saved in the panel\n")
    expect(removeFromEnvFile(text, ['NOTHING'])).toBe(text)
  })
})

describe('writing the file', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'patchbay-env-file-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('should make it for its owner alone, and leave nothing beside it', () => {
    const file = join(directory, '.env.local')
    expect(readEnvFile(file)).toBe('')
    writeFileSync(file, 'A=1\n', { mode: 0o644 })
    writeEnvFile(file, 'A=2\n')
    expect(readFileSync(file, 'utf8')).toBe('A=2\n')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['.env.local'])
  })

  it('should follow a link instead of replacing it', () => {
    const [file, target] = [join(directory, '.env.local'), join(directory, 'elsewhere')]
    writeFileSync(target, 'A=1\n')
    symlinkSync(target, file)
    writeEnvFile(file, 'A=2\n')
    expect(readFileSync(target, 'utf8')).toBe('A=2\n')
  })

  it('should leave the file as it was where it cannot be written', () => {
    const file = join(directory, 'no-such-folder', '.env.local')
    expect(() => writeEnvFile(file, 'A=2\n')).toThrow(/ENOENT/)
    expect(readdirSync(directory)).toEqual([])
  })
})

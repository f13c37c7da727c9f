import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** What the product is made of; tests, simulators, benchmarks and build scripts pay for nothing. */
const PLACES = ['src', 'plugins', 'payload.config.ts', 'next.config.mjs']
/** The one that this is about, and the two commands that start a process: they hand the variables on or ask NODE_ENV. */
const READERS = ['src/env/load-environment.ts', 'src/keys-cli/main.ts', 'src/server/main.ts']

const READS_ENVIRONMENT = [
  /\bprocess\s*(\?\.|\.|\[\s*['"`])\s*env\b/,
  /\benv\b[^;\n]*=\s*(globalThis\.)?process\b/,
  /from\s+['"](node:)?process['"]/,
  /\bimport\.meta\.env\b/,
  /from\s+['"](dotenv|@next\/env)['"]/,
  /\bloadEnvFile\b/,
]
/** The AI SDK's ready-made instances and factories without options read variables of the environment. */
const AI_SDK_IMPORT = /import\s+(?!type\b)(.*?)\s+from\s+['"]@ai-sdk\/[^'"]+['"]/gs

function* filesIn(path: string): Generator<string> {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path)) yield* filesIn(join(path, name))
  } else if (/\.(ts|tsx|mjs)$/.test(path) && !/\.test\.tsx?$|\/testing\//.test(path)) yield path
}
const sources = PLACES.flatMap((place) => [...filesIn(join(root, place))]).map((path) => ({
  path: relative(root, path),
  text: readFileSync(path, 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, ''),
}))

const readsEnvironment = (text: string) => READS_ENVIRONMENT.some((pattern) => pattern.test(text))

/** What a file that uses the AI SDK does that could let a variable pay; nothing where every key is explicit. */
function findImplicitKeys(text: string): string[] {
  return [...text.matchAll(AI_SDK_IMPORT)].flatMap(([, names = '']) =>
    names
      .replace(/[{}]/g, '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '))
      .filter((name) => {
        const calls = [...text.matchAll(new RegExp(`\\b${name}\\(`, 'g'))].length
        const explicit = [...text.matchAll(new RegExp(`\\b${name}\\(\\{\\s*apiKey: explicitKey\\(`, 'g'))].length
        return !/^create[A-Z]\w*$/.test(name) || calls === 0 || calls !== explicit
      }),
  )
}

describe('the environment of the process', () => {
  it('should be read in one place', () => {
    expect(sources.length).toBeGreaterThan(200)
    expect(
      sources
        .filter(({ text }) => readsEnvironment(text))
        .map(({ path }) => path)
        .sort(),
    ).toEqual([...READERS].sort())
  })

  it('should tell the start nothing but whether it is for development', () => {
    const text = sources.find(({ path }) => path === 'src/server/main.ts')?.text ?? ''
    expect([...text.matchAll(/process\.env\S*/g)].map(([read]) => read)).toEqual(['process.env.NODE_ENV'])
  })

  it('should give no key to a library: every one is given its own', () => {
    const users = sources.filter(({ text }) => /@ai-sdk\//.test(text))
    expect(users.map(({ path }) => path)).toContain('plugins/openai/llm.ts')
    expect(users.flatMap(({ path, text }) => findImplicitKeys(text).map((name) => `${path}: ${name}`))).toEqual([])
  })
})

describe('what looks for readers', () => {
  it.each([
    'const key = process.env.OPENAI_API_KEY',
    "const key = process['env'].X",
    'const { env } = process',
    'const { env: variables } = globalThis.process',
    "import { env } from 'node:process'",
    "import 'x'; const e = process?.env",
    "import { config } from 'dotenv'",
    'process.loadEnvFile()',
    'const { X } = import.meta.env',
  ])('should notice %s', (text) => expect(readsEnvironment(text)).toBe(true))

  it('should let others pass', () =>
    expect(readsEnvironment('process.exit(1); const environment = process.pid')).toBe(false))

  it.each([
    ["import { openai } from '@ai-sdk/openai'\nopenai('gpt')", ['openai']],
    ["import { createOpenAI } from '@ai-sdk/openai'\ncreateOpenAI()", ['createOpenAI']],
    ["import { createOpenAI } from '@ai-sdk/openai'\ncreateOpenAI({ apiKey: key })", ['createOpenAI']],
    ["import { createOpenAI } from '@ai-sdk/openai'\ncreateOpenAI({ apiKey: explicitKey({ provider, key }) })", []],
    ["import type { OpenAIProvider } from '@ai-sdk/openai'", []],
  ])('should judge %j', (text, found) => expect(findImplicitKeys(text)).toEqual(found))
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { loadEnvironment } from './index.ts'

describe('the variables that fill in for keys', () => {
  let cwd: string
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'patchbay-dev-variables-'))
  })
  afterEach(() => rmSync(cwd, { recursive: true }))

  const given = {
    DEEPGRAM_API_KEY: ' dg-shell ',
    TELNYX_PUBLIC_KEY: 'public',
    OPENAI_BASE_URL: 'http://127.0.0.1:4801',
    MY_VOICE_API_KEY: 'mv',
    MY_VOICE_ACCOUNT: 'mv-account',
    'not-a-name': 'of a variable',
    ELEVENLABS_API_KEY: '  ',
  }
  const load = (env: Record<string, string>) => loadEnvironment(env, { cwd }).devVariables

  it.each([[{}], [{ KEY_SOURCE: 'database' }], [{ KEY_SOURCE: ' ' }]])('should not even be read with %j', (source) => {
    writeFileSync(join(cwd, '.env.local'), 'OPENAI_API_KEY=from-the-file\n')
    expect(load({ ...given, ...source })).toBeUndefined()
  })

  it('should be what a provider may ask for, the shell before the file', () => {
    writeFileSync(join(cwd, '.env.local'), 'DEEPGRAM_API_KEY=dg-file\nOPENAI_API_KEY="sk-file"\nKEY_SOURCE=database\n')
    expect(load({ ...given, KEY_SOURCE: 'dev-env' })).toEqual({
      values: {
        KEY_SOURCE: 'dev-env',
        DEEPGRAM_API_KEY: 'dg-shell',
        OPENAI_API_KEY: 'sk-file',
        TELNYX_PUBLIC_KEY: 'public',
        MY_VOICE_API_KEY: 'mv',
        MY_VOICE_ACCOUNT: 'mv-account',
      },
      file: join(cwd, '.env.local'),
    })
  })

  it('should need no file', () => {
    expect(load({ KEY_SOURCE: 'dev-env', OPENAI_API_KEY: 'sk' })?.values).toMatchObject({ OPENAI_API_KEY: 'sk' })
  })
})

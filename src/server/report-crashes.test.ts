import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { expect, it } from '@jest/globals'
import { runServer } from '../testing/run-server.ts'

it('should print no secret, whoever prints it, outlive a lost promise, and end after an exception', async () => {
  const secret = `Zq7+${randomBytes(30).toString('base64')}`
  const run = runServer({ file: 'src/server/testing/crash.ts', cwd: tmpdir(), env: { SECRET_TO_LEAK: secret } })
  expect(await run.ended).toEqual({ code: 1, signal: null })
  const output = run.stdout + run.stderr
  for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
    expect(output).not.toContain(form.slice(4, 20))
  }
  for (const word of [
    'Printed: [key]',
    'Thrown: [key]',
    'Bytes: [key]',
    'Lost: [key]',
    'Still there',
    'Fatal: [key]',
  ]) {
    expect(output).toContain(word)
  }
})

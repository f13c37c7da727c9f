import { runKeys } from './run-keys.ts'

const abort = new AbortController()
// A second Ctrl-C ends the process where it is; what it does can be taken up again all the same.
process.once('SIGINT', () => abort.abort())
process.once('SIGTERM', () => abort.abort())

const write = (stream: NodeJS.WriteStream) => (text: string) =>
  new Promise<void>((resolve) => {
    stream.write(text, () => resolve())
  })

process.exit(
  await runKeys({
    argv: process.argv.slice(2),
    env: process.env,
    dataDirectory: process.cwd(),
    directory: process.env.INIT_CWD ?? process.cwd(),
    stdin: process.stdin,
    stdout: { write: write(process.stdout), isTTY: process.stdout.isTTY === true, columns: process.stdout.columns },
    stderr: { write: write(process.stderr), isTTY: process.stderr.isTTY === true, columns: process.stderr.columns },
    signal: abort.signal,
  }),
)

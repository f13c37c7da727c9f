import { ensureBuilt } from './lib/ensure-built.mjs'
import { checkNode } from './lib/check-node.mjs'
import { ensureInstalled } from './lib/ensure-installed.mjs'
import { neutralEnvironment } from './lib/environment.mjs'
import { findProgram } from './lib/find-program.mjs'
import { inRoot } from './lib/paths.mjs'
import { runChild } from './lib/run-child.mjs'
import { startTestServices } from './lib/test-services.mjs'

checkNode()
await ensureInstalled()

const given = process.argv.slice(2)
const isBrowser = given.includes('--browser')
const args = given.filter((argument) => argument !== '--browser')
const choosesProjects = args.some((argument) => /^--(select|ignore)Projects\b/.test(argument))
const projects = choosesProjects ? [] : [isBrowser ? '--selectProjects=browser' : '--ignoreProjects=browser']
const chromium = isBrowser ? requireChromium() : {}
if (isBrowser) await ensureBuilt()

const services = await startTestServices()
const flags = ['--experimental-vm-modules', '--no-deprecation', '--disable-warning=ExperimentalWarning']
// The last of them came with Node 20.11.
const known = flags.filter((flag) => process.allowedNodeEnvironmentFlags.has(flag.replace(/=.*/, '')))
const env = neutralEnvironment({
  NODE_OPTIONS: [process.env.NODE_OPTIONS, ...known].filter(Boolean).join(' '),
  NODE_ENV: 'test',
  ...chromium,
  ...services.env,
})
const code = await runChild(
  process.execPath,
  [inRoot('node_modules/jest/bin/jest.js'), ...projects, '--maxWorkers=2', ...args],
  { env },
)
await services.stop()
// Said once more where it is read: what was skipped is no part of Jest's counts.
for (const sentence of services.skipped) console.log(sentence)
process.exit(code)

function requireChromium() {
  const places = [
    '/usr/bin/chromium',
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
  ]
  const onMac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  const program = findProgram([process.env.CHROMIUM_PATH ?? '', ...places, onMac].filter(Boolean))
  if (program) return { CHROMIUM_PATH: program }
  console.error(
    'The browser tests need Chromium: install it (Debian, Ubuntu: apt-get install chromium) or set CHROMIUM_PATH to the program.',
  )
  process.exit(1)
}

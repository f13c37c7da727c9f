import { providers } from '../plugins/index.ts'
import { openStage, STAGE_KEYS, TWILIO_ACCOUNT_SID } from './stage.ts'

const stage = await openStage()

console.log(`Simulated providers are running. In another terminal:
`)
for (const [name, origin] of Object.entries(stage.baseUrls)) console.log(`export ${name}=${origin}`)
const offByDefault = providers.filter(({ isOffByDefault }) => isOffByDefault).map(({ id }) => id)
console.log(`export PROVIDERS_ENABLED=${offByDefault.join(',')}
npm start

Keys that they accept (they open nothing outside this machine):
`)
for (const [provider, key] of Object.entries(STAGE_KEYS)) console.log(`${provider.padEnd(16)} ${key}`)
console.log(`
Twilio also asks for
  account SID    ${TWILIO_ACCOUNT_SID}
Telnyx also asks for
  public key     ${stage.account.publicKey}
  connection id  ${stage.account.connectionId}
The OpenAI-compatible endpoint also asks for
  address        ${stage.ownServer}
which a platform admin allows first, under Platform → Allowed addresses.

Stop them with Ctrl+C.`)

const stop = async () => {
  await stage.close()
  process.exit(0)
}
process.on('SIGINT', () => void stop())
process.on('SIGTERM', () => void stop())

import type { ProviderManifest } from '../../provider-kit/index.ts'
import { createRegistry } from '../../registry/index.ts'
import { renderTable } from './render-table.ts'

const LAWS = { mulaw: 'mu-law', alaw: 'A-law' } as const

const describeModels = ({ models, defaultModel }: { models: readonly { id: string }[]; defaultModel: string }) =>
  models.map(({ id }) => (id === defaultModel ? `**${id}**` : id)).join(', ') || defaultModel

/** One row for each capability of a provider: what it takes, which models and lists it has. */
function describeCapability(manifest: ProviderManifest, capability: string): string {
  const { stt, tts, llm, telephony } = manifest
  const laws = (encodings: readonly (keyof typeof LAWS)[]) => encodings.map((one) => LAWS[one]).join(', ')
  if (capability === 'stt' && stt) return `${laws(stt.encodings)}; models ${describeModels(stt)}`
  if (capability === 'tts' && tts) {
    const list = tts.listVoices ? '; lists its voices' : ''
    return `${laws(tts.encodings)}; models ${describeModels(tts)}${list}`
  }
  if (capability === 'llm' && llm) return `models ${describeModels(llm)}${llm.listModels ? '; lists its models' : ''}`
  if (capability === 'telephony' && telephony) {
    const words = telephony.instructions ? 'told what to do by answers to its webhooks' : 'told what to do by commands'
    return `${laws(telephony.encodings)}; ${words}`
  }
  return ''
}

/** What the manifests say, and nothing else: the part of the page that a test holds to them. */
export function renderCatalogue(manifests: readonly ProviderManifest[]): string {
  const registry = createRegistry({ providers: manifests })
  const rows = manifests.flatMap((manifest) =>
    registry
      .capabilitiesOf(manifest.id)
      .map((capability, index) => [
        index === 0 ? `[${manifest.name}](${manifest.docsUrl})` : '',
        index === 0 ? `\`${manifest.id}\`` : '',
        capability,
        describeCapability(manifest, capability),
      ]),
  )
  const notes = manifests.flatMap((manifest) => [
    ...(manifest.sunset ? [`- ${manifest.name}, ${manifest.sunset.date}: ${manifest.sunset.message}`] : []),
    ...(manifest.isOffByDefault ? [`- ${manifest.name} is off unless \`PROVIDERS_ENABLED\` names it.`] : []),
    ...(manifest.addressCredential
      ? [`- ${manifest.name}: a platform admin allows the addresses it may be used with.`]
      : []),
  ])
  return [
    '## What they offer',
    'The default model is in bold. Keys are made where the link of the key form points.',
    renderTable(['provider', 'id', 'capability', 'what'], rows),
    ...(notes.length > 0 ? [notes.join('\n')] : []),
  ].join('\n\n')
}

import { join } from 'node:path'
import type { ProviderManifest } from '../../provider-kit/index.ts'
import { readUnconfirmed } from './read-unconfirmed.ts'
import { renderCatalogue } from './render-catalogue.ts'
import { renderProofs } from './render-proofs.ts'
import type { Proof } from './render-proofs.ts'
import { TRAPS } from './traps.ts'

const renderTraps = (): string =>
  [
    '## Traps',
    'What careless clients get wrong, and the tests that hold us to it.',
    TRAPS.map(({ trap, tests }, index) => {
      const files = tests.map(({ file }) => `[${file}](../${file})`).join(', ')
      return `${index + 1}. ${trap} ${files}`
    }).join('\n'),
  ].join('\n\n')

const renderUnconfirmed = (manifests: readonly ProviderManifest[], root: string): string => {
  const parts = manifests.flatMap(({ id, name }) => {
    const points = readUnconfirmed(join(root, 'plugins', id)) ?? []
    return points.length === 0 ? [] : [`**${name}**\n\n${points.map((point) => `- ${point}`).join('\n')}`]
  })
  return [
    '## Unconfirmed without a live key',
    'Nothing was called live. What the documentation leaves open:',
    ...parts,
  ].join('\n\n')
}

const CALLS_HEADING = '## Calls with every combination'

/** The page with what another run of the calls showed; as it is where it has no part about calls. */
export const replaceCalls = (page: string, calls: string): string =>
  page.replace(
    new RegExp(`^${CALLS_HEADING}\\n[^]*?(?=\\n## |$(?![^]))`, 'm'),
    () => `${CALLS_HEADING}\n\n${calls.trim()}\n`,
  )

/**
 * The page docs/providers.md.
 * @param options.root of the repository, for the READMEs
 */
export const renderProviders = (options: {
  manifests: readonly ProviderManifest[]
  proofs: readonly Proof[]
  root: string
  /** What the calls of every combination showed, Markdown without a heading; absent where none were made. */
  calls?: string
}): string => {
  const { manifests, proofs, root, calls } = options
  const head = [
    '# Providers',
    '<!-- Made by `npm run providers` from the manifests and the conformance run. -->',
    'Every provider is held to its contracts by [the conformance kit](write-a-provider.md), against a simulator that speaks its real protocol.',
  ].join('\n\n')
  const parts = [
    head,
    renderCatalogue(manifests),
    renderProofs(proofs),
    ...(calls === undefined ? [] : [`${CALLS_HEADING}\n\n${calls.trim()}`]),
    renderTraps(),
    renderUnconfirmed(manifests, root),
  ]
  return `${parts.join('\n\n')}\n`
}

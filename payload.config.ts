import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { lexicalEditor } from '@payloadcms/richtext-lexical'
import { multiTenantPlugin } from '@payloadcms/plugin-multi-tenant'
import { buildConfig } from 'payload'
import type { CollectionConfig } from 'payload'
import { providers } from './plugins/index.ts'
import { createCollections } from './src/collections/index.ts'
import { createEndpoints } from './src/rest/endpoints.ts'
import { hideForeignDocuments } from './src/rest/hide-foreign-documents.ts'
import { refuseImpossibleValues } from './src/rest/refuse-impossible-values.ts'
import { tellInvalidFields } from './src/rest/tell-invalid-fields.ts'
import { allowListAgeOf, bindAllowedEndpoints, createAllowedEndpoints } from './src/allowed-endpoints/index.ts'
import { createMultiTenantOptions } from './src/access/multi-tenant-options.ts'
import { createAdminViews } from './src/admin/views.ts'
import { USERS } from './src/collections/slugs.ts'
import { customConfig } from './src/composition.ts'
import { createEmail } from './src/email/create-email.ts'
import { createDatabaseAdapter } from './src/db/create-database-adapter.ts'
import { currentEnvironment } from './src/env/index.ts'
import type { Environment } from './src/env/index.ts'
import { createJobs } from './src/jobs/create-jobs.ts'
import { createLogger } from './src/log/create-logger.ts'
import { createSecretsInUse } from './src/log/secrets-in-use.ts'
import type { ProviderManifest } from './src/provider-kit/index.ts'
import { createRegistry } from './src/registry/index.ts'
import { selectKeyProviders } from './src/vault/key-providers/select-key-providers.ts'
import type { KeyProviders } from './src/vault/key-providers/select-key-providers.ts'
import { createKeyRing } from './src/vault/key-ring.ts'

const root = path.dirname(fileURLToPath(import.meta.url))

/** What a test adds to the product. */
export type ConfigExtensions = {
  extraCollections?: CollectionConfig[]
  extraProviders?: ProviderManifest[]
  keyProviders?: KeyProviders
}

export const createConfig = (
  environment: Environment,
  { extraCollections = [], extraProviders = [], keyProviders }: ConfigExtensions = {},
) => {
  const hasSecureCookies = environment.publicUrl.startsWith('https:')
  const allowedEndpoints = createAllowedEndpoints({ maxAgeMs: allowListAgeOf(environment.databaseUri) })
  const registry = createRegistry({
    providers: [...providers, ...extraProviders],
    baseUrls: environment.baseUrls,
    enabled: environment.enabledProviders,
    endpoints: allowedEndpoints,
  })
  const secretsInUse = createSecretsInUse()
  const collections = [...createCollections({ hasSecureCookies, registry }), ...extraCollections]
  return buildConfig({
    secret: environment.payloadSecret,
    serverURL: environment.publicUrl,
    csrf: [environment.publicUrl],
    cors: [environment.publicUrl],
    custom: customConfig({
      environment,
      registry,
      allowedEndpoints,
      secretsInUse,
      keyRing: createKeyRing(keyProviders ?? selectKeyProviders(environment)),
    }),
    admin: {
      user: USERS,
      importMap: { baseDir: root, autoGenerate: false },
      meta: { titleSuffix: ' · Patchbay', description: 'Voice agents on your own keys' },
      // The alternative asks a third party for everybody's picture.
      avatar: 'default',
      components: {
        graphics: { Icon: '/src/admin/brand/Icon.tsx#Icon', Logo: '/src/admin/brand/Logo.tsx#Logo' },
        afterLogin: [
          {
            path: '/src/admin/signup/SignupLink.tsx#SignupLink',
            serverProps: { isOpen: environment.signup === 'open' },
          },
        ],
        afterNavLinks: [
          '/src/admin/services/nav/ServicesNav.tsx#ServicesNav',
          '/src/admin/nav/SettingsNav.tsx#SettingsNav',
        ],
        views: createAdminViews({ signup: environment.signup }),
      },
    },
    i18n: { translations: { en: { general: { payloadSettings: 'Your settings' } } } },
    collections,
    endpoints: createEndpoints(),
    onInit: bindAllowedEndpoints,
    jobs: createJobs(),
    hooks: { afterError: [tellInvalidFields, hideForeignDocuments, refuseImpossibleValues] },
    db: createDatabaseAdapter({ databaseUri: environment.databaseUri }),
    editor: lexicalEditor(),
    email: createEmail(environment.email),
    graphQL: { disable: true },
    plugins: [multiTenantPlugin(createMultiTenantOptions({ collections }))],
    defaultDepth: 1,
    maxDepth: 3,
    logger: createLogger({ level: environment.logLevel, secrets: secretsInUse }),
    telemetry: false,
    typescript: { autoGenerate: false, declare: false },
  })
}

export default createConfig(currentEnvironment())

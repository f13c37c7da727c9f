import { resolve } from 'node:path'
import { z } from 'zod'
import { isLoopbackHost, parseOrigin } from './addresses.ts'
import { readBaseUrls } from './base-urls.ts'
import { readDevVariables } from './dev-variables.ts'
import type { DevVariables } from './dev-variables.ts'
import { isSender, isSmtpUrl, readEmailSettings } from './email-settings.ts'
import type { EmailSettings } from './email-settings.ts'
import { EnvironmentError } from './environment-error.ts'
import type { EncryptionKeyFile } from './key-file.ts'
import { arePrivateDestinations, readPrivateDestinations } from './private-destinations.ts'
import type { PrivateDestination } from './private-destinations.ts'
import { DEFAULT_TRUSTED_PROXIES, parseTrustedProxies } from './trusted-proxies.ts'
import { readSecrets } from './read-secrets.ts'
import { checkDeploymentPassword } from './secret-rules.ts'

/** The process's settings, read once at start and handed down; nothing else reads variables. */
export type Environment = {
  /** 0 lets the system choose. */
  port: number
  host: string
  /** Origin that carriers and browsers reach, no trailing slash. */
  publicUrl: string
  /** `file:` with an absolute path, or a `mongodb` connection string. */
  databaseUri: string
  databaseKind: 'sqlite' | 'mongodb'
  /** Absent: one node. */
  redisUrl?: string
  payloadSecret: string
  /** 32 bytes. Where the key lies in a file: the one that wrote when the process started. */
  encryptionKey: Buffer
  /** 32 bytes each; may open, never write. */
  encryptionKeysRetired: Buffer[]
  /** Absent: the key was given in a variable. */
  encryptionKeyFile?: EncryptionKeyFile
  /** The first platform admin, made if there is none. */
  admin?: { email: string; password: string }
  signup: 'open' | 'invite' | 'closed'
  deployEnv?: string
  keySource: 'database' | 'dev-env'
  /** What fills in for keys; with `dev-env` alone, otherwise none of it is read. */
  devVariables?: DevVariables
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
  /** How long live calls may go on after SIGTERM. */
  drainSeconds: number
  /** Origins by provider id that replace the provider's own. */
  baseUrls: Readonly<Record<string, string>>
  /** Variables named as such that hold no origin, by the id that a provider of theirs would have. */
  malformedBaseUrls?: Readonly<Record<string, string>>
  /** Ids of providers that are off by default and are offered all the same. */
  enabledProviders: readonly string[]
  /** How mail is sent; absent: none is. */
  email?: EmailSettings
  /** What tenants may name inside the operator's own network; empty: nothing. */
  privateDestinations: readonly PrivateDestination[]
  /** Whose word on the client's address counts: addresses, networks and Express's names of some. */
  trustedProxies: readonly string[]
  isDeployment: boolean
  /** Absolute path of the file that a secret was taken from. */
  generatedSecretsFile?: string
}

const isDatabaseUri = (text: string) =>
  /^mongodb(\+srv)?:\/\/./.test(text) || (/^file:(?!\/\/[^/])./.test(text) && !/%(?![0-9a-f]{2})/i.test(text))

const originSchema = z.string().refine((text) => parseOrigin(text) !== undefined)

const variablesSchema = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((port) => port <= 65_535)
    .default(3000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/)
    .optional(),
  PUBLIC_URL: originSchema.optional(),
  DATABASE_URI: z.string().refine(isDatabaseUri).default('file:./data/patchbay.db'),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/.+$/s)
    .optional(),
  PAYLOAD_SECRET: z.string().optional(),
  ENCRYPTION_KEY: z.string().optional(),
  ENCRYPTION_KEY_FILE: z.string().optional(),
  ENCRYPTION_KEYS_RETIRED: z.string().optional(),
  ADMIN_EMAIL: z.email().optional(),
  ADMIN_PASSWORD: z.string().optional(),
  SIGNUP: z.enum(['open', 'invite', 'closed']).default('open'),
  DEPLOY_ENV: z.string().optional(),
  KEY_SOURCE: z.enum(['database', 'dev-env']).default('database'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  TRUSTED_PROXIES: z
    .string()
    .refine((text) => parseTrustedProxies(text) !== undefined)
    .optional(),
  DRAIN_SECONDS: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .optional(),
  SMTP_URL: z.string().refine(isSmtpUrl).optional(),
  EMAIL_FROM: z.string().refine(isSender).optional(),
  ALLOW_PRIVATE_DESTINATIONS: z.string().refine(arePrivateDestinations).optional(),
  PROVIDERS_ENABLED: z
    .string()
    .regex(/^\s*[a-z][a-z0-9]*\s*(,\s*[a-z][a-z0-9]*\s*)*,?\s*$/)
    .optional(),
})
type Variables = z.infer<typeof variablesSchema>

/** What a malformed variable should have been; the value itself is never repeated. */
const EXPECTED: Record<keyof Variables, string> = {
  PORT: 'a port number from 0 to 65535',
  HOST: 'a host name or an IP address, without a scheme or a port',
  PUBLIC_URL: 'an http or https address without a path, such as https://voice.example.com',
  DATABASE_URI: 'file:<path> for SQLite, or a mongodb:// or mongodb+srv:// connection string',
  REDIS_URL: 'a redis:// or rediss:// address',
  PAYLOAD_SECRET: 'a text',
  ENCRYPTION_KEY: 'a text',
  ENCRYPTION_KEY_FILE: 'a path',
  ENCRYPTION_KEYS_RETIRED: 'a comma-separated list of keys',
  ADMIN_EMAIL: 'an e-mail address',
  ADMIN_PASSWORD: 'a text',
  SIGNUP: 'open, invite or closed',
  DEPLOY_ENV: 'a text',
  KEY_SOURCE: 'database or dev-env',
  LOG_LEVEL: 'trace, debug, info, warn, error, fatal or silent',
  TRUSTED_PROXIES:
    'none, or a comma-separated list of addresses, networks such as 10.0.0.0/8, loopback, linklocal and uniquelocal',
  DRAIN_SECONDS: 'a whole number of seconds',
  SMTP_URL: 'a mail server such as smtps://user:password@mail.example.com:465, special characters percent-encoded',
  EMAIL_FROM: 'an e-mail address, or a name and an address such as Acme Voice <voice@example.com>',
  ALLOW_PRIVATE_DESTINATIONS:
    'a comma-separated list of ranges such as 10.1.0.0/16 and hosts such as hooks.acme.internal:8080',
  PROVIDERS_ENABLED: 'a comma-separated list of provider ids, in small letters',
}

/**
 * Reads the process's settings once. On a first local start it makes the secrets and keeps them in
 * `data/secrets.json`; where `DEPLOY_ENV` is set they must be given and that file is not looked at.
 * @param env variables; an empty or blank one counts as absent
 * @param options.cwd folder that `data/` and a relative SQLite path are taken from; the process's own by default
 * @throws EnvironmentError with a sentence to print before exiting with code 1
 */
export function loadEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
  { cwd = process.cwd() }: { cwd?: string } = {},
): Environment {
  const given = withoutBlanks(env)
  const variables = parseVariables(given)
  const isDeployment = variables.DEPLOY_ENV !== undefined
  const publicUrl = readPublicUrl(variables, isDeployment)
  const keySource = readKeySource(variables, publicUrl)
  const { baseUrls, malformed } = readBaseUrls(given)
  const databaseKind = variables.DATABASE_URI.startsWith('file:') ? 'sqlite' : 'mongodb'
  return {
    port: variables.PORT,
    host: variables.HOST ?? (isDeployment ? '0.0.0.0' : '127.0.0.1'),
    publicUrl: publicUrl.origin,
    databaseUri: databaseKind === 'sqlite' ? absoluteFileUri(variables.DATABASE_URI, cwd) : variables.DATABASE_URI,
    databaseKind,
    redisUrl: variables.REDIS_URL,
    admin: readAdmin(variables, isDeployment),
    signup: variables.SIGNUP,
    deployEnv: variables.DEPLOY_ENV,
    keySource,
    devVariables: keySource === 'dev-env' ? readDevVariables(given, { cwd }) : undefined,
    logLevel: variables.LOG_LEVEL,
    drainSeconds: variables.DRAIN_SECONDS ?? (isDeployment ? 600 : 8),
    baseUrls,
    malformedBaseUrls: malformed,
    enabledProviders: readList(variables.PROVIDERS_ENABLED),
    trustedProxies: parseTrustedProxies(variables.TRUSTED_PROXIES ?? '') ?? DEFAULT_TRUSTED_PROXIES,
    email: readEmailSettings({ smtpUrl: variables.SMTP_URL, from: variables.EMAIL_FROM }),
    privateDestinations: readPrivateDestinations(variables.ALLOW_PRIVATE_DESTINATIONS ?? ''),
    isDeployment,
    ...readSecrets({ variables, isDeployment, cwd }),
  }
}

function withoutBlanks(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(env).map(([name, value]) => [name, value?.trim() ?? ''] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}

function parseVariables(given: Record<string, string>): Variables {
  const result = variablesSchema.safeParse(given)
  if (result.success) return result.data
  const variable = String(result.error.issues[0]?.path[0]) as keyof Variables
  throw new EnvironmentError({ variable, message: `${variable} must be ${EXPECTED[variable]}.` })
}

function readPublicUrl(variables: Variables, isDeployment: boolean): URL {
  const url = new URL(variables.PUBLIC_URL ?? `http://localhost:${variables.PORT}`)
  if (isDeployment && url.protocol !== 'https:' && !isLoopbackHost(url.hostname)) {
    throw new EnvironmentError({
      variable: 'PUBLIC_URL',
      message:
        'PUBLIC_URL must begin with https:// where DEPLOY_ENV is set, because carriers and browsers send secrets to it.',
    })
  }
  return url
}

function readKeySource(variables: Variables, publicUrl: URL): Environment['keySource'] {
  const isAlone = variables.DEPLOY_ENV === undefined && isLoopbackHost(publicUrl.hostname)
  if (variables.KEY_SOURCE === 'dev-env' && !isAlone) {
    throw new EnvironmentError({
      variable: 'KEY_SOURCE',
      message:
        'KEY_SOURCE=dev-env is for one developer on one machine: unset it, or unset DEPLOY_ENV and let PUBLIC_URL be a loopback address.',
    })
  }
  return variables.KEY_SOURCE
}

function readAdmin(variables: Variables, isDeployment: boolean): Environment['admin'] {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = variables
  if (!email && !password) return undefined
  if (!email || !password) {
    const [variable, other] = email ? ['ADMIN_PASSWORD', 'ADMIN_EMAIL'] : ['ADMIN_EMAIL', 'ADMIN_PASSWORD']
    throw new EnvironmentError({
      variable,
      message: `${variable} is missing: set it together with ${other}, or neither.`,
    })
  }
  if (isDeployment) checkDeploymentPassword({ variable: 'ADMIN_PASSWORD', value: password })
  return { email, password }
}

const readList = (text = ''): string[] => [
  ...new Set(
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  ),
]

/** The driver reads a `file:` URI's path percent-decoded. */
function absoluteFileUri(uri: string, cwd: string): string {
  const [, path = '', rest = ''] = /^file:(?:\/\/(?=\/))?([^?#]*)(.*)$/s.exec(uri) ?? []
  if (path.startsWith('/') || path.startsWith(':memory:')) return uri
  const absolute = resolve(cwd, decodeURIComponent(path))
  return `file:${encodeURI(absolute).replaceAll('?', '%3F').replaceAll('#', '%23')}${rest}`
}

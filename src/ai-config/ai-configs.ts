import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { AI_CONFIGS } from '../collections/slugs.ts'

/** What a tenant chose for one provider of language models; null takes the provider's own default. */
export type ModelChoice = {
  provider: string
  modelName: string | null
  /** 0 to 2. */
  temperature: number | null
  maxTokens: number | null
}

/** A choice, and whether it is the tenant's default. */
export type AiConfig = ModelChoice & { isDefault: boolean }

type Row = { [Key in keyof ModelChoice]?: ModelChoice[Key] } & { provider: string; chosenAt?: string | null }
type OfTenant = { payload: Payload; tenant: DocumentId }

/** Every choice of a tenant by provider id; at most one of them is the default: the one that was chosen last. */
export async function listAiConfigs({ payload, tenant }: OfTenant): Promise<AiConfig[]> {
  const { docs } = await payload.db.find<Row>({
    collection: AI_CONFIGS,
    where: { tenant: { equals: String(tenant) } },
    sort: 'provider',
    limit: 0,
    pagination: false,
  })
  const times = docs.map(({ chosenAt }) => (chosenAt ? new Date(chosenAt).getTime() : 0))
  const latest = Math.max(0, ...times)
  const defaultIndex = latest === 0 ? -1 : times.indexOf(latest)
  return docs.map(({ provider, modelName, temperature, maxTokens }, index) => ({
    provider,
    modelName: modelName ?? null,
    temperature: temperature ?? null,
    maxTokens: maxTokens ?? null,
    isDefault: index === defaultIndex,
  }))
}

/** The tenant's default; undefined where nobody chose one. */
export const findDefaultAiConfig = async (ofTenant: OfTenant): Promise<AiConfig | undefined> =>
  (await listAiConfigs(ofTenant)).find(({ isDefault }) => isDefault)

type SaveOptions = OfTenant & {
  provider: string
  /** What is left out stays as it is. */
  choice: Partial<Omit<ModelChoice, 'provider'>>
  /** The first choice of a tenant is its default in any case. */
  makeDefault: boolean
}

/**
 * Writes a tenant's choice for a provider, in one statement.
 * @returns every choice as it is then
 */
export async function saveAiConfig({
  payload,
  tenant,
  provider,
  choice,
  makeDefault,
}: SaveOptions): Promise<AiConfig[]> {
  const isDefault = makeDefault || !(await findDefaultAiConfig({ payload, tenant }))
  const now = new Date().toISOString()
  const data = { ...choice, ...(isDefault ? { chosenAt: now } : {}), updatedAt: now }
  const update = () =>
    payload.db.updateOne({
      collection: AI_CONFIGS,
      where: { and: [{ tenant: { equals: String(tenant) } }, { provider: { equals: provider } }] },
      data,
    })
  if (!(await update())) {
    try {
      const row = { tenant: String(tenant), provider, ...data, createdAt: now }
      await payload.db.create({ collection: AI_CONFIGS, data: row })
    } catch (error) {
      // Somebody made it a moment ago; any other failure shows again.
      if (!(await update())) throw error
    }
  }
  return listAiConfigs({ payload, tenant })
}

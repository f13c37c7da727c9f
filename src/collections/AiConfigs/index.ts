import { hiddenCollection } from '../hidden-collection.ts'
import { AI_CONFIGS } from '../slugs.ts'

/**
 * The model that a workspace takes where nobody chose one: one row for each provider. The default is the row that was
 * chosen last, so that choosing is one write and two choices at once leave one default.
 */
export const AiConfigs = hiddenCollection({
  slug: AI_CONFIGS,
  fields: [
    { name: 'tenant', type: 'text', required: true, index: true },
    { name: 'provider', type: 'text', required: true },
    { name: 'modelName', type: 'text' },
    { name: 'temperature', type: 'number' },
    { name: 'maxTokens', type: 'number' },
    { name: 'chosenAt', type: 'date' },
  ],
  indexes: [{ fields: ['tenant', 'provider'], unique: true }],
})

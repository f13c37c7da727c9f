import { missingPermission, quotaExceeded } from './api-error.ts'
import type { ApiError } from './api-error.ts'

export type ElevenLabsPermission = 'text_to_speech' | 'speech_to_text' | 'user_read' | 'models_read' | 'voices_read'

/** The account behind a key, as a test sets it up. */
export type ElevenLabsSimulatedKey = {
  tier?: string
  characterCount?: number
  characterLimit?: number
  /** Default: all of them. */
  permissions?: readonly ElevenLabsPermission[]
  canCloneVoices?: boolean
  voiceSlotsUsed?: number
  voiceLimit?: number
  /** `active`, `past_due`, `free_disabled`, … */
  status?: string
  /** Ids of voices that the account has cloned, listed beside those of the simulator. */
  clonedVoices?: readonly string[]
}

export type Account = {
  key: string
  clonedVoices: readonly string[]
  /** What the key may not do, if it may not. */
  refuse(permission: ElevenLabsPermission): ApiError | undefined
  /** Books characters, unless there are not enough left. */
  spend(characters: number): ApiError | undefined
  /** Nothing is left to pay with. */
  isEmpty(): boolean
  /** The body of `GET /v1/user/subscription`. */
  subscription(): Record<string, unknown>
}

/** Source: SDK `@elevenlabs/elevenlabs-js` 2.73.0, type `Subscription` */
export const createAccount = (key: string, settings: ElevenLabsSimulatedKey): Account => {
  const { tier = 'creator', characterLimit = 100_000, permissions, status = 'active' } = settings
  const { canCloneVoices = true, voiceSlotsUsed = 1, voiceLimit = 30, clonedVoices = [] } = settings
  let used = settings.characterCount ?? 0
  return {
    key,
    clonedVoices,
    refuse: (permission) =>
      permissions && !permissions.includes(permission) ? missingPermission(permission) : undefined,
    spend(characters) {
      if (used + characters > characterLimit) return quotaExceeded(characterLimit - used, characters)
      used += characters
      return undefined
    },
    isEmpty: () => used >= characterLimit,
    subscription: () => ({
      tier,
      character_count: used,
      character_limit: characterLimit,
      can_extend_character_limit: false,
      allowed_to_extend_character_limit: false,
      next_character_count_reset_unix: 1_799_999_999,
      voice_slots_used: voiceSlotsUsed,
      voice_limit: voiceLimit,
      professional_voice_limit: 1,
      can_use_instant_voice_cloning: canCloneVoices,
      can_use_professional_voice_cloning: canCloneVoices,
      currency: 'usd',
      status,
      billing_period: 'monthly_period',
    }),
  }
}

import type { Field } from 'payload'

const LONGEST_CALL_SECONDS = 4 * 60 * 60

/** How a call goes: turns, silence, length, recording. */
export const callFields: Field[] = [
  {
    name: 'turns',
    type: 'group',
    label: 'Turns',
    fields: [
      {
        name: 'bargeIn',
        type: 'checkbox',
        label: 'The caller may interrupt',
        defaultValue: true,
      },
      {
        type: 'row',
        fields: [
          {
            name: 'minEndpointMs',
            type: 'number',
            label: 'Wait at least (ms)',
            defaultValue: 0,
            min: 0,
            max: 5_000,
            admin: { width: '25%', description: "From the caller's last word to the answer." },
          },
          {
            name: 'maxEndpointMs',
            type: 'number',
            label: 'Wait at most (ms)',
            defaultValue: 3_000,
            min: 200,
            max: 10_000,
            admin: { width: '25%', description: 'When no end of the turn is heard.' },
          },
          {
            name: 'resumeAfterMs',
            type: 'number',
            label: 'Resume after (ms)',
            defaultValue: 800,
            min: 100,
            max: 10_000,
            admin: { width: '25%', description: 'When what interrupted was only a noise.' },
          },
          {
            name: 'silenceTimeoutSeconds',
            type: 'number',
            label: 'End after silence (s)',
            defaultValue: 30,
            min: 5,
            max: 600,
            admin: { width: '25%', description: 'When nobody says anything.' },
          },
        ],
      },
    ],
  },
  {
    name: 'maxDurationSeconds',
    type: 'number',
    label: 'Longest call (s)',
    defaultValue: 1_800,
    min: 30,
    max: LONGEST_CALL_SECONDS,
    admin: { description: 'The call ends after this time, whatever is said.' },
  },
  {
    name: 'recording',
    type: 'checkbox',
    label: 'Record calls',
    defaultValue: false,
    admin: { description: 'Many places require that you tell callers. The greeting is a good place for it.' },
  },
]

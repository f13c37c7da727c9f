import type { CollectionConfig } from 'payload'
import { TENANT_ROLES, tenantAccess } from '../../access/index.ts'
import { MEDIA } from '../slugs.ts'
import { takeFile } from './hooks/take-file.ts'

/** Formats that browsers play; none that a browser would run. */
const AUDIO_TYPES = [
  'audio/wav',
  'audio/x-wav',
  'audio/wave',
  'audio/vnd.wave',
  'audio/mpeg',
  'audio/mp4',
  'audio/x-m4a',
  'audio/ogg',
  'audio/webm',
  'audio/flac',
  'audio/x-flac',
]

/** Recordings of calls, and audio that members upload. Served only to members of the workspace. */
export const Media: CollectionConfig = {
  slug: MEDIA,
  labels: { singular: 'Recording', plural: 'Recordings' },
  admin: {
    group: 'Calls',
    useAsTitle: 'alt',
    defaultColumns: ['alt', 'createdAt', 'filename'],
    listSearchableFields: ['alt', 'filename'],
    description: 'Recordings of calls and uploaded audio.',
    components: {
      beforeListTable: [
        {
          path: '/src/admin/lists/EmptyHint.tsx#EmptyHint',
          clientProps: {
            text: 'No recordings yet. Switch on recording in an agent to keep its calls.',
          },
        },
      ],
    },
  },
  access: tenantAccess({
    read: TENANT_ROLES,
    create: ['owner', 'editor'],
    update: ['owner', 'editor'],
    delete: ['owner'],
  }),
  upload: {
    staticDir: 'media',
    mimeTypes: AUDIO_TYPES,
    pasteURL: false,
    skipSafeFetch: false,
    crop: false,
    focalPoint: false,
    // The name says whose it is and nothing else; a stored page must never run with the admin panel's rights.
    modifyResponseHeaders: ({ headers }) => {
      headers.set('Cache-Control', 'private, no-store')
      headers.set('Content-Security-Policy', "default-src 'none'; sandbox")
      headers.set('X-Content-Type-Options', 'nosniff')
      return headers
    },
  },
  hooks: { beforeOperation: [takeFile] },
  defaultSort: '-createdAt',
  disableDuplicate: true,
  fields: [
    {
      name: 'player',
      type: 'ui',
      admin: { components: { Field: '/src/admin/call/RecordingField/index.tsx#RecordingField' } },
    },
    { name: 'alt', label: 'Description', type: 'text', maxLength: 200 },
  ],
}
